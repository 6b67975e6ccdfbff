using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

[NonParallelizable]
[Category("Long")]
internal sealed class CostTests
{
    [Test]
    public async Task Waiting_CostsNeitherThreadsNorProcessor_WhenTenThousandAreInFlight()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:01:00"));
        await new Load(service.Client, "wait").PostAsync(10_000);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
        var cpu = service.CpuTime;
        var start = Stopwatch.GetTimestamp();

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);

        var share = (service.CpuTime - cpu) / Stopwatch.GetElapsedTime(start);
        TestContext.Out.WriteLine(
            $"{service.Threads} threads, {share:P1} of a core, {service.MemoryInMebibytes("VmRSS"):0} MiB");
        service.Threads.Should().BeLessThan(60);
        share.Should().BeLessThan(0.25);
    }

    [Test]
    public async Task Receive_SyncsBeforeItAnswers_WhenATransactionIsPosted()
    {
        if (!File.Exists("/usr/bin/strace"))
        {
            Assert.Ignore("strace is not installed.");
        }

        using var directory = new TempDirectory();
        var trace = Path.Combine(directory.Path, "trace.txt");
        string[] strace = ["strace", "-f", "-qq", "-s", "64", "-o", trace, "-e", "trace=fsync,fdatasync,recvmsg,recvfrom,sendmsg,sendto"];
        await using var service = ServiceProcess.Start(strace, directory);
        await service.WaitUntilReadyAsync();

        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));

        ((int)response.StatusCode).Should().Be(202);
        await Eventually.HoldsAsync(
            () => File.ReadAllText(trace).Contains("HTTP/1.1 202", StringComparison.Ordinal), "the answer was traced");
        var lines = File.ReadAllLines(trace).ToList();
        var read = lines.FindIndex(line => line.Contains("POST /v1/webhooks", StringComparison.Ordinal));
        var answer = lines.FindIndex(line => line.Contains("HTTP/1.1 202", StringComparison.Ordinal));
        read.Should().BeGreaterThan(0);
        lines[read..answer].Should().Contain(
            line => line.Contains("sync", StringComparison.Ordinal) && line.Contains("= 0", StringComparison.Ordinal),
            string.Join('\n', lines[read..(answer + 1)]));
    }
}
