using FluentAssertions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

[Category("Long")]
internal sealed class AnonymousAccessTests
{
    [TestCase("production", "", "", "Security__WebhookSecrets__0 and Security__ApiKeys__0")]
    [TestCase("production", "secret", "", "Security__ApiKeys__0")]
    [TestCase("production", "", "key", "Security__WebhookSecrets__0")]
    [TestCase("", "", "", "In Production Security__WebhookSecrets__0 and Security__ApiKeys__0")]
    [TestCase("prod", "", "", "In prod Security__WebhookSecrets__0 and Security__ApiKeys__0")]
    [TestCase("Staging", "", "", "In Staging Security__WebhookSecrets__0 and Security__ApiKeys__0")]
    public async Task Service_RefusesToStart_WhenADoorIsOpenOutsideDevelopment(
        string environment, string secret, string key, string named)
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory, [("ENVIRONMENT", environment), ("Security__AllowAnonymous", "false"), .. Doors(secret, key)]);

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(named);
        File.Exists(directory.Database).Should().BeFalse("nothing is opened before it may serve");
    }

    [TestCase("ASPNETCORE_ENVIRONMENT", "Production", "DOTNET_ENVIRONMENT", "Development")]
    [TestCase("ENVIRONMENT", "production", "DOTNET_ENVIRONMENT", "Development")]
    [TestCase("ASPNETCORE_ENVIRONMENT", "Production", "ENVIRONMENT", "local")]
    public async Task Service_IsInProduction_WhenTheVariableThatGoesFirstSaysSo(
        string first, string production, string second, string development)
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory, ("Security__AllowAnonymous", "false"), (first, production), (second, development));

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.Should().StartWith("In Production");
    }

    [TestCase("local", "false")]
    [TestCase("production", "true")]
    public async Task Service_StartsWithOneWarning_WhenThatIsMeant(string environment, string allowed)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("ENVIRONMENT", environment), ("Security__AllowAnonymous", allowed));

        await service.TerminateAsync();

        service.Complaints(LogLevel.Warning).Should().ContainSingle();
        service.Output.Should().Contain("Anyone who reaches this port may send transactions, read and operate");
    }

    [Test]
    public async Task Service_StartsWithoutAWarning_WhenBothDoorsAreLocked()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, [("ENVIRONMENT", "production"), ("Security__AllowAnonymous", "false"), .. TestSecrets.Settings]);

        (await service.TerminateAsync()).Should().Be(0);

        service.Complaints(LogLevel.Warning).Should().BeEmpty();
    }

    [TestCase("Sources__stripe__Provider", "paypall", "Sources__stripe__Provider must be one of")]
    [TestCase("Sources__stripe__Secret", "hunter2", "Sources__stripe__Secret is unknown")]
    [TestCase("Security__WebhookSecrets__0", "", "Security__WebhookSecrets__0")]
    [TestCase("Security__WebhookSecrets__0", "whsec_hunter2", "Security__WebhookSecrets__0")]
    [TestCase("Security__WebhookSecrets", TestSecrets.Webhook, "Security__WebhookSecrets__0")]
    [TestCase("Security__ApiKeys__0", "ops", "Security__ApiKeys__0")]
    [TestCase("Security__ApiKeys__0", "ops:hunter2", "Security__ApiKeys__0")]
    [TestCase("Security__ApiKeys", "ops:hunter2", "Security__ApiKeys__0")]
    [TestCase("Security__SignatureTolerance", "00:00:00", "Security__SignatureTolerance")]
    [TestCase("Security__KnownProxies__0", "proxy.local", "Security__KnownProxies__0")]
    [TestCase("Security__KnownProxies__0", "10", "Security__KnownProxies__0")]
    [TestCase("Limits__MaxConnections", "0", "Limits__MaxConnections")]
    [TestCase("Limits__HeadersTimeout", "10", "Limits__HeadersTimeout")]
    public async Task Service_RefusesToStart_WhenASettingIsWrong(string key, string value, string named)
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(directory, (key, value));

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(named);
    }

    [Test]
    public async Task NewKey_MakesAKeyThatOpens()
    {
        using var directory = new TempDirectory();
        var (exitCode, output) = await ServiceProcess.RunAsync(["new-key", "ops-team", "operate"], directory);
        var lines = output.Split('\n', StringSplitOptions.TrimEntries);
        var key = lines.Single(line => line.StartsWith("whk_", StringComparison.Ordinal));
        var setting = lines.Single(line => line.StartsWith("Security__ApiKeys__0=", StringComparison.Ordinal)).Split('=');

        exitCode.Should().Be(0);
        output.Should().Contain("Security__ApiKeys__0=ops-team:").And.Contain(":operate");
        await using var app = new WebhookApp((setting[0], setting[1]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/transactions/retry");
        request.Headers.Add("X-Api-Key", key);
        using var response = await app.Client.SendAsync(request);
        ((int)response.StatusCode).Should().Be(202);
        app.Logs.Text.Should().Contain("ops-team retried 0 failed transactions (no filter).");
    }

    [TestCase]
    [TestCase("a name")]
    [TestCase("ops", "admin")]
    [TestCase("ops", "read", "more")]
    public async Task NewKey_SaysHowItIsUsed(params string[] arguments)
    {
        using var directory = new TempDirectory();

        var (exitCode, output) = await ServiceProcess.RunAsync(["new-key", .. arguments], directory);

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith("Usage: new-key NAME [read|operate]").And.NotContain("\n");
    }

    // An endpoint that nobody has thought of here may be open to all.
    [Test]
    public async Task Matrix_NamesEveryEndpoint()
    {
        await using var app = new WebhookApp(TestSecrets.Settings);

        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText ?? "");

        routes.Should().BeEquivalentTo(AccessMatrix.Endpoints.Select(endpoint => endpoint.Route));
    }

    private static IEnumerable<(string, string)> Doors(string secret, string key) => TestSecrets.Settings.Where(
        setting => setting.Key.Contains("Secret") ? secret.Length > 0 : key.Length > 0);
}
