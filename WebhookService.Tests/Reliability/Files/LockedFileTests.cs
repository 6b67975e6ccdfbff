using System.Diagnostics;
using System.Globalization;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>Another connection keeps the write lock for WEBHOOK_TEST_LOCK_SECONDS (default 3).</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class LockedFileTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_LOCK_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    [Test]
    public async Task Service_AnswersHonestly_WhenTheFileIsLocked()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        var before = new Load(service.Client, "before");
        await before.PostAsync(500);
        var during = new Load(service.Client, "during");

        await using (DatabaseFile.Lock(directory))
        {
            using var stop = new CancellationTokenSource(Duration);
            var posting = during.PostUntilAsync(stop.Token);

            (await service.Client.GetStringAsync($"/v1/transactions/{before.Accepted.First()}")).Should().Contain("before_");
            using var health = await service.Client.GetAsync("/");
            health.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await health.Content.ReadAsStringAsync()).Should().Contain("UNHEALTHY").And.Contain("locked");
            await posting;
        }

        TestContext.Out.WriteLine(
            $"{during.Refused.Count} refused, slowest answer {during.Slowest.TotalMilliseconds:0} ms");
        during.Refused.Should().NotBeEmpty().And.OnlyContain(
            r => r.StatusCode == HttpStatusCode.ServiceUnavailable && r.Headers.RetryAfter != null);

        // The promise is 500 ms; it does not cover the machine that runs the test.
        during.Slowest.Should().BeLessThan(TimeSpan.FromSeconds(2));
        var after = new Load(service.Client, "after");
        await after.PostAsync(500);
        after.Refused.Should().BeEmpty();
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status <> 'PROCESSED'") == 0, "all accepted transactions are processed");
        string[] promised = [.. before.Accepted, .. during.Accepted, .. after.Accepted];
        promised.Except(DatabaseFile.Strings(directory, "SELECT transaction_id FROM transactions")).Should().BeEmpty();
    }

    [Test]
    public async Task Service_AnswersAllAlike_WhenOneIdIsPostedByAThousand()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        var start = Stopwatch.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(
            _ => service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("one")))));

        TestContext.Out.WriteLine($"1,000 answers in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Accepted);
        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        bodies.Count(body => body.Contains("\"duplicate\":false", StringComparison.Ordinal)).Should().Be(1);
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status = 'PROCESSED' AND attempts = 1") == 1, "the transaction is processed once");
        DatabaseFile.Count(directory).Should().Be(1);
    }
}
