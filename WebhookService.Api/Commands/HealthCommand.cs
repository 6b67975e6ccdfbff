using System.Net.Http.Headers;
using WebhookService.Api.Hosting;

namespace WebhookService.Api.Commands;

/// <summary>
/// <c>health [live|ready]</c>: queries a probe of the service on this machine's <c>PORT</c>. It is the container's
/// health check, since the image has neither a shell nor curl.
/// </summary>
internal static class HealthCommand
{
    public const string Name = "health";

    private const string Live = "live";
    private const string Ready = "ready";
    private const string Usage = $"Usage: {Name} [{Live}|{Ready}]; {Live} is the default.";

    // A probe runs every few seconds, and its answer is short.
    private const int MaxAnswer = 4_096;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Prints one line; returns 0 when the service is healthy, otherwise 1.</summary>
    /// <exception cref="SettingException">The probe is unknown, or PORT is not a valid port.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        var probe = args switch
        {
            [] => Live,
            [Live or Ready] => args[0],
            _ => throw new SettingException(Usage),
        };
        var port = ServiceEnvironment.ReadPort(Environment.GetEnvironmentVariable("PORT"));
        try
        {
            var (isWell, answer) = await AskAsync(new Uri($"http://127.0.0.1:{port}/health/{probe}"));
            Console.WriteLine(answer);
            return isWell ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"No answer on port {port}: {exception.Message}");
            return 1;
        }
    }

    private static async Task<(bool IsWell, string Answer)> AskAsync(Uri address)
    {
        // Directly to this machine: a proxy set in the environment is for the service's own calls.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = AllowedHost(Environment.GetEnvironmentVariable("AllowedHosts"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text.ReplaceLineEndings(" ")}");
    }

    // AllowedHosts may exclude 127.0.0.1, so this is a host name that it allows. Null: the address itself.
    private static string? AllowedHost(string? allowed)
    {
        var first = allowed?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.Trim();
        return first switch
        {
            null or "" or "*" => null,
            ['*', .. var domain] => Name + domain,
            _ => first,
        };
    }
}
