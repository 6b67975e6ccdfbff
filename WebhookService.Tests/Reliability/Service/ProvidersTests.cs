using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Tests.Sources;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>The built service, in a process of its own, with each provider's own body over HTTP.</summary>
/// <remarks>PayPal is not among them: only PayPal can sign for it.</remarks>
[Category("Long")]
internal sealed partial class ProvidersTests
{
    private const string Adyen = "adyen";

    // It sends a password, which says nothing about the body.
    private const string Flutterwave = "flutterwave";

    // Each sender chooses its own types.
    private const string TakingAll = "standard-webhooks";

    private static readonly string[] Timed = ["stripe", "paddle", "standard-webhooks"];
    private static readonly string[] Providers = [.. ProviderSample.Secrets.Keys];

    private static readonly TempDirectory Directory = new();
    private static ServiceProcess _service = null!;

    [OneTimeSetUp]
    public static async Task Start() => _service = await ServiceProcess.StartReadyAsync(
        Directory,
        [
            ("Processing__Delay", "00:00:00"),
            .. Providers.SelectMany(provider => new[]
            {
                ($"Sources__{provider}__Provider", provider),
                ($"Sources__{provider}__Url", TestSource.Url),
                ($"Sources__{provider}__Secrets__0", NewSecret(provider)),
                ($"Sources__{provider}__Secrets__1", ProviderSample.Secrets[provider]),
            }),
        ]);

    [OneTimeTearDown]
    public static async Task Stop()
    {
        await _service.DisposeAsync();
        Directory.Dispose();
    }

    [TestCaseSource(nameof(Providers))]
    public async Task Provider_IsServed_FromItsOwnBody(string provider)
    {
        var sample = ProviderSample.Of(provider);
        var source = TestSource.BuiltIn(provider, NewSecret(provider));
        var old = TestSource.BuiltIn(provider, ProviderSample.Secrets[provider]);
        var id = sample.Becomes.Split(' ')[0];
        var now = TimeProvider.System.GetUtcNow();

        (await SendAsync(sample, source, sample.Body, now)).Message.Should().Be("accepted");
        (await SendAsync(sample, source, sample.Body, now)).Message.Should().Be("duplicate");
        (await SendAsync(sample, old, sample.Body, now)).Message.Should().Be("duplicate", "the old secret is still valid");
        (await _service.Client.GetStringAsync($"/v1/transactions/{id}")).Should().Contain(sample.Becomes.Split(' ')[3]);

        (await SendAsync(sample, Forger(provider), sample.Body, now)).Status.Should().Be(401);
        if (provider != Flutterwave)
        {
            (await SendAsync(sample, source, sample.Body, now, changed: true)).Status.Should().Be(401);
        }

        if (Timed.Contains(provider))
        {
            (await SendAsync(sample, source, sample.Body, now.AddMinutes(-6))).Status.Should().Be(401);
        }

        (await SendAsync(sample, source, sample.Body.Replace(sample.EventType, "other"), now, "other")).Message
            .Should().Be(provider == TakingAll ? "duplicate" : "ignored");
        (await SendAsync(sample, source, Currency().Replace(sample.Body, "$1\"XXX\""), now)).Message.Should().Be("quarantined");
        var kept = JsonNode.Parse(await _service.Client.GetStringAsync($"/v1/quarantine?source={provider}"))!.AsArray().Single()!;
        using var replay = await _service.Client.PostAsync($"/v1/quarantine/{kept["id"]}/replay", null);
        ((int)replay.StatusCode).Should().Be(409, "its currency is still unknown");
    }

    private static string NewSecret(string provider) => provider switch
    {
        Adyen => "AABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABB",
        "standard-webhooks" => TestSecrets.OtherWebhook,
        _ => "a-new-secret-of-this-provider",
    };

    private static Source Forger(string provider) => TestSource.BuiltIn(provider, provider switch
    {
        Adyen => new string('A', 64),
        "standard-webhooks" => $"whsec_{Convert.ToBase64String(new byte[24])}",
        _ => "a-secret-of-somebody-else",
    });

    private static async Task<(int Status, string? Message)> SendAsync(
        ProviderSample sample, Source signer, string body, DateTimeOffset at, string? type = null, bool changed = false)
    {
        var headers = TestSource.Headers(sample.Headers.Select(
            it => it.Value == sample.EventType && type is not null ? (it.Name, type) : it));
        if (sample.Provider == Adyen)
        {
            body = Signature().Replace(body, $"$1\"{signer.SignItems(Encoding.UTF8.GetBytes(body))!.Single()}\"");
        }

        foreach (var (name, value) in signer.Sign(headers, Encoding.UTF8.GetBytes(body), at) ?? [])
        {
            headers[name] = value;
        }

        // Adyen signs only some members, the amount among them; the others sign every byte.
        var sent = !changed ? body : sample.Provider == Adyen ? body.Replace("23623", "23624") : body + " ";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{sample.Provider}")
        {
            Content = new StringContent(sent, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value.ToString());
        }

        using var response = await _service.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]?.GetValue<string>());
    }

    [GeneratedRegex("(\"(?:currency|currency_code|payment_currency)\":)\"[A-Za-z]{3}\"")]
    private static partial Regex Currency();

    [GeneratedRegex("(\"hmacSignature\":)\"[^\"]*\"")]
    private static partial Regex Signature();
}
