using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>A disk that fails, is full, is slow or is read-only: strace injects the errors into system calls.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class DiskFaultTests
{
    private readonly TempDirectory _directory = new();

    [SetUp]
    public void SetUp()
    {
        if (!Strace.IsInstalled)
        {
            Assert.Ignore("strace is not installed.");
        }
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task Service_PromisesNothingMoreAndEnds_WhenAnFsyncFails()
    {
        var trace = Path.Combine(_directory.Path, "trace.txt");
        var load = await LoadAsync("fsync,fdatasync", "fsync:error=EIO:when=200+", trace, exitCode: 1);

        var lines = File.ReadAllLines(trace);
        var failed = Array.FindIndex(lines, line => line.Contains("EIO", StringComparison.Ordinal));
        failed.Should().BePositive("the fault was injected");

        // Answers for the batch before may still be in transit; they report synced commits, so no acknowledged row is
        // lost:
        await ShouldBeStoredAsync(load);
        lines[failed..].Count(line => line.Contains("HTTP/1.1 202", StringComparison.Ordinal))
            .Should().BeLessThanOrEqualTo(8, "only rows that were synced before can still be acknowledged");
        load.Accepted.Should().NotBeEmpty();
    }

    [TestCase("ENOSPC")]
    [TestCase("EROFS")]
    [TestCase("EDQUOT")]
    public async Task Service_AnswersHonestlyAndGoesOn_WhenWritesFailForAWhile(string error)
    {
        var trace = Path.Combine(_directory.Path, "trace.txt");
        await using var service = await StartAsync("pwrite64", $"pwrite64:error={error}:when=300..330", trace);
        var load = new Load(service.Client, "full");

        await load.PostAsync(2_000, connections: 8);
        var after = new Load(service.Client, "after");
        await after.PostAsync(50, connections: 4);

        load.Refused.Should().NotBeEmpty().And.OnlyContain(
            answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);
        after.Refused.Should().BeEmpty();
        await service.TerminateAsync();
        await ShouldBeStoredAsync(load);
    }

    [Test]
    public async Task Service_AnswersInTime_WhenAnFsyncTakesAWhile()
    {
        var trace = Path.Combine(_directory.Path, "trace.txt");
        await using var service = await StartAsync("fsync", "fsync:delay_exit=1500000:when=200..202", trace);
        var load = new Load(service.Client, "slow");

        await load.PostAsync(4_000, connections: 8);

        TestContext.Out.WriteLine($"{load.Accepted.Count} accepted, {load.Refused.Count} refused, slowest {load.Slowest.TotalMilliseconds:0} ms");
        load.Refused.Should().NotBeEmpty().And.OnlyContain(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);

        // The promise is 500 ms; it does not cover a traced process on a machine that runs other tests.
        load.Slowest.Should().BeLessThan(TimeSpan.FromSeconds(1.4));
        await service.TerminateAsync();
        await ShouldBeStoredAsync(load);
    }

    [Test]
    public async Task Service_RefusesToStart_WhenTheDiskIsReadOnly()
    {
        await using (await ServiceProcess.StartReadyAsync(_directory))
        {
            // Creates the file.
        }

        string[] strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", _directory.Database + ".lock", "-e", "inject=openat:error=EROFS"];
        await using var service = ServiceProcess.Start(strace, _directory);

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should()
            .Contain(_directory.Database).And.Contain("cannot be written").And.NotContain("in use");
    }

    [Test]
    public async Task Service_StartsForReads_WhenTheDiskIsFull()
    {
        await FillAsync();
        await using var service = ServiceProcess.Start(FullDisk("1+"), _directory);
        await Eventually.HoldsAsync(service.IsAliveAsync, "the service listens");

        // The first read of a traced process on a busy machine may exceed the read timeout.
        await Eventually.HoldsAsync(
            async () => (await service.Client.GetAsync("/v1/transactions/full_1")).StatusCode == HttpStatusCode.OK, "existing rows can be read");
        using var ready = await service.Client.GetAsync("/health/ready");
        var refused = new Load(service.Client, "refused");
        await refused.PostAsync(10, connections: 2);

        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).Should().Contain(_directory.Database).And.Contain("full");
        refused.Accepted.Should().BeEmpty();
        refused.Refused.Should().OnlyContain(
            answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);
        service.Complaints(LogLevel.Error).Should().ContainSingle(line => line.Contains("keeps trying", StringComparison.Ordinal));
        (await service.TerminateAsync()).Should().Be(0);
    }

    [Test]
    public async Task Service_BecomesReadyByItself_WhenTheDiskWasFullAtItsStart()
    {
        await FillAsync();
        await using var service = ServiceProcess.Start(FullDisk("1..6"), _directory);
        await service.WaitUntilReadyAsync();

        service.Output.Should().Contain("keeps trying");
        var load = new Load(service.Client, "room");
        await load.PostAsync(50, connections: 4);
        load.Refused.Should().BeEmpty();
    }

    private async Task FillAsync()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory);
        var load = new Load(service.Client, "full");
        await load.PostAsync(5, connections: 1);
        load.Accepted.Should().HaveCount(5);
        await service.KillAsync();
    }

    private string[] FullDisk(string when) =>
    [
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", _directory.Database, "-P", _directory.Database + "-wal",
        "-e", "trace=pwrite64", "-e", $"inject=pwrite64:error=ENOSPC:when={when}",
    ];

    // Each readiness check is a commit too, so a fault that is meant for the load begins well after these.
    private async Task<ServiceProcess> StartAsync(string calls, string fault, string trace)
    {
        var service = ServiceProcess.Start(Strace.Inject(trace, calls, fault), _directory, ("Processing__Delay", "00:00:00"));
        await service.WaitUntilReadyAsync();
        return service;
    }

    private async Task<Load> LoadAsync(string calls, string fault, string trace, int exitCode)
    {
        await using var service = await StartAsync(calls, fault, trace);
        var load = new Load(service.Client, "disk");

        // A commit has at most eight rows here, so there are many more commits than it takes to reach the fault.
        await load.PostAsync(5_000, connections: 8);
        (await service.WaitForExitAsync()).Should().Be(exitCode);
        return load;
    }

    // Reads the rows with a new process, from the disk.
    private async Task ShouldBeStoredAsync(Load load)
    {
        await using var next = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:00"));
        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'PROCESSING'") == 0, "all are processed");
        load.Accepted.Except(DatabaseFile.Strings(_directory, "SELECT transaction_id FROM transactions WHERE attempts = 1"))
            .Should().BeEmpty("each 202 is a promise");
    }
}
