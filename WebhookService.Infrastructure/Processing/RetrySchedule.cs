using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Decides whether an attempt is the last one and, if not, when the next is due.</summary>
/// <remarks>
/// Exponential backoff with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
/// every wait up to the bound is equally likely, so that transactions that failed together are not retried together.
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
                claim, attempt, attempt.Detail ?? "The external API rejected it."),
            _ when made >= _options.MaxAttempts => transaction.Fail(
                claim, attempt, $"Failed after {made} attempts; the last: {attempt.Detail}"),
            _ => transaction.AwaitRetry(claim, attempt, clock.GetUtcNow() + Wait(made, result.RetryAfter)),
        };
    }

    /// <summary>Fails a transaction whose call threw: a defect that would break every further attempt too.</summary>
    public Completion FailUnexpectedly(ClaimedTransaction claimed, DateTimeOffset startedAt, Exception exception)
    {
        var reason = $"The external call failed unexpectedly: {exception.GetType().Name}.";
        var attempt = new Attempt(
            startedAt, clock.GetUtcNow() - startedAt, AttemptOutcome.Rejected, HttpStatus: null, reason);
        return claimed.Transaction.Fail(claimed.Claim, attempt, reason);
    }

    private TimeSpan Wait(int made, TimeSpan? retryAfter)
    {
        // The exponent is capped, so that the power cannot overflow; the bound is reached long before.
        var bound = Math.Min(
            _options.BackoffBase.Ticks * Math.Pow(2, Math.Min(made - 1, 30)), _options.BackoffMax.Ticks);
        var backoff = TimeSpan.FromTicks((long)(Random.Shared.NextDouble() * bound));
        var asked = retryAfter is { } wait && wait > _options.MaxRetryAfter ? _options.MaxRetryAfter : retryAfter;
        return asked > backoff ? asked.Value : backoff;
    }
}
