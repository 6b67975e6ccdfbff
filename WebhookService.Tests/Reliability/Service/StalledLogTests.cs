using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>The log of the service is not read, as with a log driver that hangs or a stopped terminal.</summary>
[Category("Long")]
internal sealed class StalledLogTests
{
    // A pipe that is open at both ends and never read: it accepts 64 KiB and then blocks permanently.
    private static readonly string[] Unread = ["sh", "-c", "mkfifo log && exec \"$@\" 1<> log 2>&1", "sh"];

    [Test]
    public async Task Service_AcceptsAll_WhenItsLogIsNotRead()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(Unread, directory, ("Logging__Console__LogLevel__Default", "Trace"));
        await service.WaitUntilReadyAsync();
        var load = new Load(service.Client, "quiet");

        await load.PostAsync(3_000);

        load.Refused.Should().BeEmpty();
        load.Accepted.Should().HaveCountGreaterThanOrEqualTo(3_000);
    }
}
