using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing;

namespace WebhookService.Tests.Processing;

internal sealed class RetryScheduleTests
{
    private static readonly ExternalApiOptions Settings = new()
    {
        MaxAttempts = 1_000,
        BackoffBase = TimeSpan.FromSeconds(1),
        BackoffMax = TimeSpan.FromSeconds(30),
        MaxRetryAfter = TimeSpan.FromMinutes(2),
    };

    private readonly RetrySchedule _schedule = new(Options.Create(Settings), StoreOnWriter.Metrics, new ObservableTimeProvider());

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(4, 16)]
    [TestCase(5, 30)]
    [TestCase(500, 30)]
    public void Decide_WaitsAnyTimeUpToABoundThatDoubles(int earlier, int seconds)
    {
        var waits = Enumerable.Range(0, 2_000).Select(_ => Wait(earlier, null).TotalSeconds).ToArray();

        waits.Should().OnlyContain(wait => wait >= 0 && wait <= seconds);
        waits.Max().Should().BeGreaterThan(0.95 * seconds);
        waits.Min().Should().BeLessThan(0.05 * seconds, "full jitter begins at zero");
        waits.Average().Should().BeInRange(0.45 * seconds, 0.55 * seconds);
    }

    [TestCase(60, 60)]
    [TestCase(9_999, 120)]
    public void Decide_WaitsAsLongAsItWasAsked_WithinTheLimit(int asked, int waited) =>
        Wait(0, TimeSpan.FromSeconds(asked)).Should().Be(TimeSpan.FromSeconds(waited));

    [Test]
    public void Decide_DoesNotWaitForATimeThatHasPassed() =>
        Wait(0, TimeSpan.FromHours(-1)).Should().BeGreaterThanOrEqualTo(TimeSpan.Zero);

    [Test]
    public void Decide_Fails_WhenItWasTheLastAttempt()
    {
        var last = new CallResult(Attempts.At(ObservableTimeProvider.Origin, AttemptOutcome.Faulted, "503 Service Unavailable"));

        var completion = _schedule.Decide(Claims.Of("txn", attempts: 999), last);

        completion.Status.Should().Be(TransactionStatus.Failed);
        completion.FailureReason.Should().Be("Failed after 1000 attempts; the last: 503 Service Unavailable");
    }

    private TimeSpan Wait(int earlier, TimeSpan? retryAfter)
    {
        var result = new CallResult(Attempts.At(ObservableTimeProvider.Origin, AttemptOutcome.Faulted, "no"), retryAfter);
        return _schedule.Decide(Claims.Of("txn", attempts: earlier), result).NextAttemptAt!.Value - ObservableTimeProvider.Origin;
    }
}
