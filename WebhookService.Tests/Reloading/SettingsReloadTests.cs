using System.Net;
using System.Net.Http.Headers;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Reloading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Webhooks;

namespace WebhookService.Tests.Reloading;

internal sealed class SettingsReloadTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(7);

    private readonly TempDirectory _directory = new();
    private readonly ObservableTimeProvider _clock = new();
    private readonly Generation _old = Generation.Create(0);
    private readonly Generation _new = Generation.Create(1);
    private WebhookApp _app = null!;

    private string Json => Path.Combine(_directory.Path, "settings.json");

    [SetUp]
    public async Task StartAsync()
    {
        Write(Generation.Files(_old));
        _app = new WebhookApp(("Sources:stripe:Provider", "stripe"), ("Security:ReloadInterval", $"{Interval}"))
        {
            Clock = _clock,
            Files = (Json, Directory.CreateDirectory(Path.Combine(_directory.Path, "secrets")).FullName),
        };
        _ = _app.Client;
        await _clock.ArmedAsync(Interval);
    }

    [TearDown]
    public void Clean()
    {
        _app.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task Secrets_AreReplaced_WhenTheirFilesChange()
    {
        Write(Generation.Files(_new));

        await ReloadAsync();

        (await StatusesAsync(_old)).Should().Equal(401, 401, 401);
        (await StatusesAsync(_new)).Should().Equal(202, 202, 200);
        Lines("reloaded").Should().Equal("Information Settings reloaded: secrets of stripe, webhook secrets, API keys.");
    }

    [Test]
    public async Task Secrets_AreAllListed_WhenTheyRotate()
    {
        Write(Generation.Files(_old, _new));

        await ReloadAsync();

        (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
        (await StatusesAsync(_new)).Should().Equal(202, 202, 200);
    }

    [Test]
    public async Task Change_WaitsUntilTheFilesAreWritten()
    {
        Write(Generation.Files(_new));
        _clock.Advance(Interval);
        await _clock.ArmedAsync(SettingsReload.Settling);
        Write(("Security__WebhookSecrets__0", TestSecrets.Webhook));

        _clock.Advance(SettingsReload.Settling);
        await _clock.ArmedAsync(SettingsReload.Settling);

        (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
        Lines("reloaded").Should().BeEmpty("a file that is being written is half a secret");
        _clock.Advance(SettingsReload.Settling);
        await LogAsync("reloaded");
    }

    [TestCase("Security__WebhookSecrets__0", "whsec_hunter2", "Security__WebhookSecrets__0 must be")]
    [TestCase("Security__ApiKeys__0", "ops:hunter2", "Security__ApiKeys__0 must be")]
    [TestCase("Sources__stripe__Secrets__0", "x", "Sources__stripe__Secrets__0 must be")]
    [TestCase("Limits__Burst", "0", "Limits__Burst must be from 1 to 1000000.")]
    [TestCase("Limits__Burst", "many", "Limits__Burst must be a whole number.")]
    [TestCase("Logging__LogLevel__Default", "Chatty", "Logging__LogLevel__Default must be one of Trace, Debug,")]
    [TestCase("Processing__Delay", "30", "Processing__Delay must be written hh:mm:ss")]
    public async Task Change_IsRefusedAsAWhole_WhenOneSettingIsWrong(string name, string value, string said)
    {
        Write([.. Generation.Files(_new).Where(file => file.Name != name), (name, value)]);
        await ReloadAsync("refused");
        _clock.Advance(Interval);

        (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
        Lines("refused").Should().ContainSingle().Which.Should().StartWith("Warning Changed settings are refused").And.Contain(said);
        _app.Logs.Text.Should().NotContain("hunter2");

        Write(Generation.Files(_new));
        File.Delete(Secret(name is "Limits__Burst" or "Processing__Delay" or "Logging__LogLevel__Default" ? name : "none"));
        await ReloadAsync();
        (await StatusesAsync(_new)).Should().Equal(202, 202, 200);
    }

    [Test]
    public async Task Change_IsRefused_WhenAFileIsNotJson()
    {
        await File.WriteAllTextAsync(Json, "{\n\"Limits\": { \"Burst\": hunter2");

        await ReloadAsync("refused");

        Lines("refused").Single().Should().Contain("settings.json").And.Contain("Line 2 must be valid JSON").And.NotContain("hunter2");
        File.Delete(Json);
        await ReloadAsync("have not changed");
    }

    [Test]
    public async Task Change_IsRefused_WhenAFileCannotBeRead()
    {
        File.CreateSymbolicLink(Secret("PORT"), Secret("PORT"));

        await ReloadAsync("refused");

        Lines("refused").Single().Should().Contain("A file cannot be read");
        (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
    }

    [Test]
    public async Task Limits_Change_WhenAFileOfSettingsDoes()
    {
        await File.WriteAllTextAsync(Json, """{"Limits": {"RequestsPerSecond": 1, "Burst": 1}}""");

        await ReloadAsync();

        await Eventually.HoldsAsync(async () => (await StatusesAsync(_old)).Contains(429), "requests are limited");
        Lines("reloaded").Should().Equal("Information Settings reloaded: rate limits.");
        await File.WriteAllTextAsync(Json, "{}");
        await ReloadAsync(count: 2);
        for (var i = 0; i < 20; i++)
        {
            (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
        }
    }

    [Test]
    public async Task LogLevels_Change_WhenAFileOfSettingsDoes()
    {
        await File.WriteAllTextAsync(Json, """{"Logging": {"LogLevel": {"WebhookService.Api.Security": "Error"}}}""");
        await ReloadAsync();

        (await StatusesAsync(_new)).Should().Equal(401, 401, 401);
        Lines("Request refused").Should().BeEmpty();

        File.Delete(Json);
        await ReloadAsync(count: 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await StatusesAsync(_new)).Should().Equal(401, 401, 401);
        Lines("Request refused").Should().NotBeEmpty();
    }

    [Test]
    public async Task Settings_ThatNeedARestart_AreNamedAndTheOthersAreTaken()
    {
        Write([
            .. Generation.Files(_new), ("Processing__Delay", "00:00:09"), ("Sources__shop__Provider", "stripe"),
            ("Sources__shop__Secrets__0", "whsec_hunter2_hunter2"), ("postgres-password", "hunter2")]);

        await ReloadAsync();

        (await StatusesAsync(_new)).Should().Equal(202, 202, 200);
        await LogAsync("need a restart");
        Lines("need a restart").Should().Equal(
            "Warning These settings have changed and need a restart: "
            + "Processing__Delay, Sources__shop__Provider, Sources__shop__Secrets__0.");
        using var shop = await _app.Client.PostAsync("/v1/webhooks/shop", WebhookApp.Json("{}"));
        shop.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task AnonymousAccess_IsNotTurnedOn_WhenAllSecretsAreRemoved()
    {
        foreach (var (name, _) in Generation.Files(_old).Where(file => file.Name.StartsWith("Security", StringComparison.Ordinal)))
        {
            File.Delete(Secret(name));
        }

        await ReloadAsync("need a restart");

        Lines("need a restart").Single().Should().EndWith("Security__ApiKeys__0, Security__WebhookSecrets__0.");
        (await StatusesAsync(_old)).Should().Equal(202, 202, 200);
        (await StatusesAsync(_new)).Should().Equal(401, 401, 401);
    }

    private string Secret(string name) => Path.Combine(_directory.Path, "secrets", name);

    private void Write(params (string Name, string Value)[] files)
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "secrets"));
        foreach (var (name, value) in files)
        {
            File.WriteAllText(Secret(name), value);
        }
    }

    private async Task ReloadAsync(string line = "reloaded", int count = 1)
    {
        _clock.Advance(Interval);
        if (line != "refused" || Lines("refused").Length == 0)
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    // Only armed if the files could be read.
                    _clock.Advance(SettingsReload.Settling);
                    await Task.Yield();
                    return Lines(line).Length >= count;
                },
                $"the log says '{line}'");
        }
    }

    private Task LogAsync(string line) => Eventually.HoldsAsync(() => Lines(line).Length > 0, $"the log says '{line}'");

    private string[] Lines(string text) =>
    [
        .. _app.Logs.Text.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal)).Select(line => line.TrimEnd()),
    ];

    // Of a transaction, a webhook of Stripe and a read.
    private async Task<int[]> StatusesAsync(Generation secrets)
    {
        var id = $"{Guid.NewGuid():N}";
        var body = Payment.Json(id);
        using var post = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = WebhookApp.Json(body) };
        foreach (var (name, value) in TestSecrets.Sign(body, _clock.GetUtcNow(), id, secrets.Webhook))
        {
            post.Headers.Add(name, value);
        }

        using var stripe = SignedBodies.Stripe(SignedBodies.StripePayment($"pi_{id}"), _clock.GetUtcNow(), secrets.Stripe);
        using var read = new HttpRequestMessage(HttpMethod.Get, "/v1/access");
        read.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secrets.KeyText);
        List<int> statuses = [];
        foreach (var request in new[] { post, stripe, read })
        {
            using var answer = await _app.Client.SendAsync(request);
            statuses.Add((int)answer.StatusCode);
        }

        return [.. statuses];
    }
}
