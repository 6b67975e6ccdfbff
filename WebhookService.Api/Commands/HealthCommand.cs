using System.Net.Http.Headers;
using WebhookService.Api.Hosting;

namespace WebhookService.Api.Commands;

/// <summary>
/// <c>health [live|ready]</c>: asks the service that listens on <c>PORT</c> of this machine how it is. A container's
/// health check, where the image has neither a shell nor curl.
/// </summary>
internal static class HealthCommand
{
    public const string Name = "health";

    private const string Live = "live";
    private const string Ready = "ready";
    private const string Usage = $"Usage: {Name} [{Live}|{Ready}]; {Live} is the default.";

    // A probe runs every few seconds and says little.
    private const int MaxAnswer = 4_096;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Prints one line; 0 when the service is well, else 1.</summary>
    /// <exception cref="SettingException">There is no such probe, or PORT is no port.</exception>
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
        // Straight to this machine, whatever proxy the environment names for the calls of the service.
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

    // Where only some names may be asked for, 127.0.0.1 is not one of them. Null: the address itself.
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
