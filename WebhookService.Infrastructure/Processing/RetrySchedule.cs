using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Decides what follows from an attempt: the end, or another one, and when.</summary>
/// <remarks>
/// Exponential backoff with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
/// any time up to the bound is as likely as any other, so that what failed together does not come back together.
/// </remarks>
internal sealed class RetrySchedule(IOptions<ExternalApiOptions> options, WebhookMetrics metrics, TimeProvider clock)
{
    private readonly ExternalApiOptions _options = options.Value;

    public DateTimeOffset Now => clock.GetUtcNow();

    public Completion Decide(ClaimedTransaction claimed, CallResult result)
    {
        var (transaction, claim, attempt) = (claimed.Transaction, claimed.Claim, result.Attempt);
        var made = transaction.Attempts - transaction.EarlierAttempts + 1;
        metrics.Attempted(attempt.Outcome);
        return attempt.Outcome switch
        {
            AttemptOutcome.Succeeded => transaction.Complete(claim, attempt),
            AttemptOutcome.Rejected => transaction.Fail(
                claim, attempt, attempt.Detail ?? "It was rejected."),
            _ when made >= _options.MaxAttempts => transaction.Fail(
                claim, attempt, $"Gave up after {made} attempts; the last: {attempt.Detail}"),
            _ => transaction.AwaitRetry(claim, attempt, clock.GetUtcNow() + Wait(made, result.RetryAfter)),
        };
    }

    /// <summary>Ends a transaction whose call broke: a defect that would break each further attempt too.</summary>
    public Completion GiveUp(ClaimedTransaction claimed, DateTimeOffset startedAt, Exception exception)
    {
        var reason = $"The external call broke: {exception.GetType().Name}.";
        var attempt = new Attempt(
            startedAt, clock.GetUtcNow() - startedAt, AttemptOutcome.Rejected, HttpStatus: null, reason);
        return claimed.Transaction.Fail(claimed.Claim, attempt, reason);
    }

    private TimeSpan Wait(int made, TimeSpan? retryAfter)
    {
        // From the 31st attempt on the power would overflow, and the bound has been reached long before.
        var bound = Math.Min(
            _options.BackoffBase.Ticks * Math.Pow(2, Math.Min(made - 1, 30)), _options.BackoffMax.Ticks);
        var backoff = TimeSpan.FromTicks((long)(Random.Shared.NextDouble() * bound));
        var asked = retryAfter is { } wait && wait > _options.MaxRetryAfter ? _options.MaxRetryAfter : retryAfter;
        return asked > backoff ? asked.Value : backoff;
    }
}
