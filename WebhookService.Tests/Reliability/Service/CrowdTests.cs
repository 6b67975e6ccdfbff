using System.Diagnostics;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

[NonParallelizable]
[Category("Long")]
internal sealed class CrowdTests
{
    [Test]
    public async Task Service_AnswersEachConnection_WhenTwoThousandComeAtOnce()
    {
        const int connections = 2_000;
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        await new Load(service.Client, "warm").PostAsync(500);
        var load = new Load(service.Client, "crowd");

        await load.PostAsync(10 * connections, connections);
        var start = Stopwatch.GetTimestamp();
        await new Load(service.Client, "calm").PostAsync(1, connections: 1);
        var calm = Stopwatch.GetElapsedTime(start);

        TestContext.Out.WriteLine($"{load.Accepted.Count} accepted, {load.Refused.Count} refused, slowest {load.Slowest.TotalMilliseconds:0} ms "
            + $"(the sender, on the same cores, included); the next one took {calm.TotalMilliseconds:0} ms");
        (load.Accepted.Count + load.Refused.Count).Should().Be(load.Sent, "no connection was dropped");
        load.Refused.Should().NotContain(answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);
        calm.Should().BeLessThan(TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(() => DatabaseFile.Count(directory, "status <> 'PROCESSED'") == 0, "all are processed");
    }

    [Test]
    public async Task Service_ProcessesAll_WhenItsQueueHoldsOne()
    {
        await using var app = new WebhookApp(
            ("Processing__QueueCapacity", "1"), ("Processing__MaxConcurrency", "1"), ("Processing__SweepInterval", "00:00:00.100"));
        string[] ids = [.. Enumerable.Range(0, 100).Select(i => $"one_{i}")];

        var answers = await Task.WhenAll(ids.Select(id => app.PostAsync(Payment.Json(id))));

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Accepted);
        foreach (var id in ids)
        {
            await app.WaitForStatusAsync(id, "PROCESSED");
        }
    }
}
