using System.Diagnostics;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

[NonParallelizable]
[Category("Long")]
internal sealed class StopTests
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
            "the next start completes them");
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

    [Test]
    public async Task Service_AcceptsUntilItHasDrained_WhenTerminated()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("Processing__Delay", "00:00:00"), ("Hosting__DrainSeconds", "2"));
        var start = Stopwatch.GetTimestamp();

        service.Signal(ServiceProcess.Sigterm);
        await Eventually.HoldsAsync(async () => !await service.IsReadyAsync(), "the service reports that it is not ready");
        using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("late")));

        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        answer.Headers.ConnectionClose.Should().BeTrue();
        (await service.WaitForExitAsync()).Should().Be(0, service.Errors);
        Stopwatch.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromSeconds(2));
        DatabaseFile.Count(directory, "status = 'PROCESSED'").Should().Be(1);
    }

    [TestCase(ServiceProcess.Sigterm, ServiceProcess.Sigterm)]
    [TestCase(ServiceProcess.Sigterm, ServiceProcess.Sigint)]
    [TestCase(ServiceProcess.Sigint)]
    public async Task Service_SkipsDraining_WhenItReceives(params int[] signals)
    {
        using var directory = new TempDirectory();

        // A shell that runs the tests in the background may make its children ignore Ctrl+C.
        await using var service = ServiceProcess.Start(
            ["env", "--default-signal=INT"], directory, ("Hosting__DrainSeconds", "600"));
        await service.WaitUntilReadyAsync();

        foreach (var signal in signals)
        {
            service.Signal(signal);
            await Eventually.HoldsAsync(
                () => service.Output.Contains("raining", StringComparison.Ordinal)
                    || service.Output.Contains("shutting down", StringComparison.Ordinal),
                "the service has received the first signal");
        }

        (await service.WaitForExitAsync()).Should().Be(0, service.Errors);
    }
}
