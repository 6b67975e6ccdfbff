namespace WebhookService.Domain;

/// <summary>One external call that returned a result. A call cut off by a crash or a shutdown does not count.</summary>
/// <param name="StartedAt">When the call was sent.</param>
/// <param name="Duration">Time from sending the call to its result.</param>
/// <param name="Outcome">The meaning of the result.</param>
/// <param name="HttpStatus">The status code of the response; null when there was none.</param>
/// <param name="Detail">
/// The response text or the error, 500 characters at most; null on success.
/// </param>
internal sealed record Attempt(
    DateTimeOffset StartedAt, TimeSpan Duration, AttemptOutcome Outcome, int? HttpStatus = null, string? Detail = null)
{
    /// <summary>Maximum length of a detail or a reason: the size of their columns.</summary>
    public const int MaxTextLength = 500;

    /// <summary>Truncates a text to the size of the columns, never in the middle of a character.</summary>
    public static string Shorten(string text) => Shorten(text, MaxTextLength);

    /// <summary>Truncates a text to a length, never in the middle of a character.</summary>
    public static string Shorten(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}

/// <summary>The meaning of a call's result for its transaction.</summary>
public enum AttemptOutcome
{
    /// <summary>The transaction is processed.</summary>
    Succeeded,

    /// <summary>The call failed; another attempt may succeed.</summary>
    Faulted,

    /// <summary>The external system rejected the transaction permanently.</summary>
    Rejected,
}

/// <summary>The names of the outcomes on the wire and in every database.</summary>
internal static class AttemptOutcomeNames
{
    /// <summary>The name of an outcome.</summary>
    public static string ToName(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => "SUCCEEDED",
        AttemptOutcome.Faulted => "FAULTED",
        AttemptOutcome.Rejected => "REJECTED",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not the outcome of an attempt."),
    };

    /// <summary>The outcome for a name stored in a database.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of the three.</exception>
    public static AttemptOutcome FromName(string name) => name switch
    {
        "SUCCEEDED" => AttemptOutcome.Succeeded,
        "FAULTED" => AttemptOutcome.Faulted,
        "REJECTED" => AttemptOutcome.Rejected,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not the name of an outcome."),
    };
}
