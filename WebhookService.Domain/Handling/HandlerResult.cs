using System.Text;

namespace WebhookService.Domain.Handling;

/// <summary>The result of one attempt of a handler.</summary>
public sealed record HandlerResult
{
    private HandlerResult(AttemptOutcome outcome, string? reason, TimeSpan? wait = null)
    {
        Outcome = outcome;
        Reason = reason;
        Wait = wait;
    }

    /// <summary>The transaction is processed: its status becomes PROCESSED.</summary>
    public static HandlerResult Processed { get; } = new(AttemptOutcome.Succeeded, null);

    /// <summary>The meaning of the result.</summary>
    public AttemptOutcome Outcome { get; }

    /// <summary>
    /// Why it was not processed: one line of at most <see cref="Attempt.MaxTextLength"/> characters; null if it was.
    /// </summary>
    public string? Reason { get; }

    /// <summary>The shortest wait before the next attempt; null when the service decides.</summary>
    public TimeSpan? Wait { get; }

    /// <summary>The status code of an HTTP answer, which is kept with the attempt; null when there was none.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>
    /// The transaction cannot be processed, now or later: its status becomes FAILED, until an operator retries it.
    /// </summary>
    /// <param name="reason">
    /// Why, for the operator. Control characters become spaces; only the first 500 characters are kept.
    /// </param>
    /// <exception cref="ArgumentException">The reason is null or blank.</exception>
    public static HandlerResult Failed(string reason) => new(AttemptOutcome.Rejected, Line(reason));

    /// <summary>
    /// Another attempt may succeed: it follows after a wait. After <c>ExternalApi__MaxAttempts</c> the status becomes
    /// FAILED instead.
    /// </summary>
    /// <param name="reason">
    /// Why, for the operator. Control characters become spaces; only the first 500 characters are kept.
    /// </param>
    /// <param name="wait">
    /// The shortest wait, at most <c>ExternalApi__MaxRetryAfter</c> (1 h by default). With null, the service waits for
    /// a random time whose bound doubles with each attempt, and the attempt counts as a failure for the circuit
    /// breaker.
    /// </param>
    /// <exception cref="ArgumentException">The reason is null or blank.</exception>
    public static HandlerResult Again(string reason, TimeSpan? wait = null) =>
        new(AttemptOutcome.Faulted, Line(reason), wait);

    // The log, the dashboard and a CSV file show it in one line, and no database stores NUL or half a character.
    private static string Line(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var line = new StringBuilder(reason.Length);
        foreach (var rune in reason.EnumerateRunes())
        {
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return Attempt.Shorten(line.ToString().Trim());
    }
}
