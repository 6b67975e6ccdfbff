using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability;

[NonParallelizable]
public sealed class StopTests
{
    [Test]
    public async Task Service_ReleasesWhatIsInFlight_WhenTerminated()
    {
        const int count = 5_000;
        using var directory = new TempDirectory();
        await using (var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:30")))
        {
            await new Load(service.Client, "stop").PostAsync(count);
            var start = Stopwatch.GetTimestamp();

            (await service.TerminateAsync()).Should().Be(0, service.Errors);

            TestContext.Out.WriteLine($"Exit after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        }

        DatabaseFile.Count(directory, "status = 'FAILED'").Should().Be(0);
        DatabaseFile.Count(directory, "status = 'PROCESSING' AND claimed_by IS NULL AND attempts = 0")
            .Should().Be(DatabaseFile.Count(directory)).And.BeGreaterThanOrEqualTo(count);

        await using var next = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status = 'PROCESSED' AND attempts = 1") == DatabaseFile.Count(directory),
            "the next start finishes them");
    }

    [Test]
    public async Task Service_FinishesWhatIsNearlyDone_WhenTerminated()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:02"));
        await new Load(service.Client, "grace").PostAsync(100);

        (await service.TerminateAsync()).Should().Be(0, service.Errors);

        DatabaseFile.Count(directory, "status <> 'PROCESSED'").Should().Be(0);
    }
}
