using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

/// <summary>Bytes that nobody means, at the built service: no 500, no crash, no hang, and no more memory than at first.</summary>
[Category("Long")]
internal sealed class FuzzTests
{
    private const int Senders = 8;
    private const int Seed = 20260115;
    private const double MaxGrowth = 64;

    private static readonly TimeSpan UntilHangUp = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // WEBHOOK_TEST_FUZZ_SECONDS=300 goes on for five minutes.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentBag<string> _faults = [];
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Service_SurvivesAnyBytes(bool isLocked)
    {
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory,
            [
                ("Limits__BodyGrace", "00:00:01.100"), ("Limits__HeadersTimeout", "00:00:01"), ("Processing__Delay", "00:00:00"),

                // Garbage is collected after 16 MiB, wherever it runs: by default the cache of the processor decides.
                ("DOTNET_GCgen0size", "0x1000000"),
                .. isLocked ? TestSecrets.Settings : [],
            ]);
        await FuzzAsync(service, Length / 3, round: 0);
        var before = service.MemoryInMebibytes("VmRSS");

        await FuzzAsync(service, Length, round: 1);

        var after = service.MemoryInMebibytes("VmRSS");
        var report = $"{string.Join(", ", _answers.OrderBy(answer => answer.Key))}; {before:0} MiB at first, {after:0} MiB at the end";
        TestContext.Out.WriteLine(report);
        _faults.Should().BeEmpty(report);
        _answers.Keys.Should().Contain(isLocked ? ["401", "400"] : ["202", "400", "422"]);
        after.Should().BeLessThan(before + MaxGrowth);
        (await service.IsReadyAsync()).Should().BeTrue();
        (await service.TerminateAsync()).Should().Be(0);
        service.Complaints(LogLevel.Error).Should().BeEmpty();
        (service.Output + service.Errors).Should().NotContain("Unhandled");
    }

    private Task FuzzAsync(ServiceProcess service, TimeSpan length, int round) => Task.WhenAll(
        Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(service, length, Seed + (round * Senders) + sender))));

    private async Task SendAsync(ServiceProcess service, TimeSpan length, int seed)
    {
        var requests = new RequestMutator(seed);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < length; i++)
        {
            var request = requests.Next();
            try
            {
                var answer = await ExchangeAsync(service.Client.BaseAddress!, request);
                var status = answer.Length >= 12 ? answer[9..12] : "none";
                _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status.StartsWith('5') && status is not ("503" or "505"))
                {
                    _faults.Add($"{status} for request {i} of seed {seed}: {Convert.ToBase64String(request)}");
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No end to request {i} of seed {seed}: {Convert.ToBase64String(request)}");
            }
        }
    }

    // Many a request is no whole one: the service would wait for the rest of it. So the sender gives up soon.
    private static async Task<string> ExchangeAsync(Uri address, byte[] request)
    {
        using var connection = await RawConnection.OpenAsync(address);
        await connection.TrySendAsync(request);
        try
        {
            return await connection.ReadToEndAsync(UntilHangUp);
        }
        catch (OperationCanceledException)
        {
            connection.HangUp();
            return await connection.ReadToEndAsync(Patience);
        }
    }
}
