using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reloading;

[Category("Long")]
internal sealed class HangUpTests
{
    [Test]
    public async Task Sighup_ReloadsAtOnceAndNeverEndsTheProcess()
    {
        if (IsHangUpIgnored)
        {
            Assert.Ignore("SIGHUP is ignored here, as under nohup, so the service ignores it too.");
        }

        using var directory = new TempDirectory();
        using var secrets = new MountedSecrets();
        var (old, next) = (Generation.Create(0), Generation.Create(1));
        secrets.Swap(Generation.Files(old));
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("CREDENTIALS_DIRECTORY", secrets.Path), ("Security__ReloadInterval", "00:00:00"), ("Sources__stripe__Provider", "stripe"));
        var load = new SignedLoad(service.Client, connections: 1);

        service.Signal(ServiceProcess.Sighup);
        await SaysAsync(service, "those in force have not changed");
        secrets.Swap(Generation.Files(next));
        (await load.IsAcceptedAsync(next)).Should().BeFalse("nothing has asked for it");
        service.Signal(ServiceProcess.Sighup);
        await SaysAsync(service, "Settings reloaded: secrets of stripe, webhook secrets, API keys.");

        (await load.IsAcceptedAsync(next)).Should().BeTrue();
        (await load.IsAcceptedAsync(old)).Should().BeFalse();
        (await service.TerminateAsync()).Should().Be(0);
    }

    [Test]
    public async Task Refusal_NamesTheCallerThatAKnownProxyReports()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, [.. TestSecrets.Settings, ("Security__KnownProxies__0", "127.0.0.1")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stats");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var answer = await service.Client.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        await SaysAsync(service, "Request refused: ApiKey, no key, from 203.0.113.9 (1 since");
    }

    // A process inherits which signals are ignored, and .NET then leaves them ignored. The lowest bit is SIGHUP.
    private static bool IsHangUpIgnored => File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var mask && Convert.ToUInt64(mask[7..].Trim(), 16) % 2 == 1;

    private static Task SaysAsync(ServiceProcess service, string line) => Eventually.HoldsAsync(
        () => service.Output.Contains(line, StringComparison.Ordinal), $"the log says '{line}'");
}
