using System.Globalization;
using System.Text.Json;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

[NonParallelizable]
[Category("Long")]
internal sealed class DemoTests
{
    [Test]
    public async Task Demo_ShowsALivePage_AndLeavesNothing()
    {
        using var directory = new TempDirectory();
        await using var service = Start(directory);

        await Eventually.HoldsAsync(async () => await StatAsync(service, "processed") > 5, "transactions are processed");

        var address = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{service.Client.BaseAddress!.Port}/dashboard");
        service.Output.Should().Contain(address);
        (await service.Client.GetStringAsync("/dashboard/")).Should().Contain("ops.js");
        File.Exists(directory.Database).Should().BeFalse("the demo uses a separate database");
        Directory.GetDirectories(directory.Path, "webhook-demo-*").Should().ContainSingle();
        (await service.TerminateAsync()).Should().Be(0);
        Directory.GetDirectories(directory.Path).Should().BeEmpty();
        service.Complaints(LogLevel.Error).Should().BeEmpty();
    }

    // By then its external system runs, but the service does not.
    [Test]
    public async Task Demo_Ends_WhenStoppedAtOnce()
    {
        using var directory = new TempDirectory();
        await using var service = Start(directory);
        await Eventually.HoldsAsync(
            () => Directory.GetDirectories(directory.Path, "webhook-demo-*").Length > 0, "the demo begins");

        var code = await service.TerminateAsync();

        code.Should().BeOneOf(0, 128 + ServiceProcess.Sigterm);
    }

    [Test]
    public async Task Demo_TouchesNothingThatASecretFileNames()
    {
        using var directory = new TempDirectory();
        using var secrets = new TempDirectory();
        var production = Path.Combine(secrets.Path, "production.db");
        await File.WriteAllTextAsync(Path.Combine(secrets.Path, "DATABASE_URL"), $"sqlite:///{production}");
        await using var service = Start(directory, ("CREDENTIALS_DIRECTORY", secrets.Path));

        await Eventually.HoldsAsync(async () => await StatAsync(service, "processed") > 0, "transactions are processed");

        File.Exists(production).Should().BeFalse();
    }

    [Test]
    public async Task Demo_ExplainsItsRefusal_WhenSignaturesAreRequired()
    {
        using var directory = new TempDirectory();
        await using var service = Start(directory, TestSecrets.Settings[0]);

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Should().Contain("unset Security__WebhookSecrets__0").And.NotContain("\n");
        Directory.GetDirectories(directory.Path).Should().BeEmpty();
    }

    // The test can observe the demo's temporary files there.
    private static ServiceProcess Start(TempDirectory directory, params (string Key, string Value)[] settings) =>
        ServiceProcess.Start([], ["demo"], directory, [("TMPDIR", directory.Path), .. settings]);

    private static async Task<long> StatAsync(ServiceProcess service, string name)
    {
        if (!await service.IsReadyAsync())
        {
            return 0;
        }

        using var stats = JsonDocument.Parse(await service.Client.GetStringAsync("/v1/stats"));
        return stats.RootElement.GetProperty(name).GetInt64();
    }
}
