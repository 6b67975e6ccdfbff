namespace WebhookService.Domain;

/// <summary>One external call that came to a result. A call cut off by a crash or a stop is none.</summary>
/// <param name="StartedAt">When it was sent.</param>
/// <param name="Duration">How long it took, up to its result.</param>
/// <param name="Outcome">What the result means.</param>
/// <param name="HttpStatus">The status it was answered with; null when there was no answer.</param>
/// <param name="Detail">
/// What the answer said or what went wrong, 500 characters at most; null when it succeeded.
/// </param>
public sealed record Attempt(
    DateTimeOffset StartedAt, TimeSpan Duration, AttemptOutcome Outcome, int? HttpStatus = null, string? Detail = null)
{
    /// <summary>Longest detail or reason: what the columns take.</summary>
    public const int MaxTextLength = 500;

    /// <summary>The text, cut to what the columns take, and not in the middle of a character.</summary>
    public static string Shorten(string text) => Shorten(text, MaxTextLength);

    /// <summary>The text, cut to so many characters at most, and not in the middle of one.</summary>
    public static string Shorten(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}

/// <summary>What the result of a call means for its transaction.</summary>
public enum AttemptOutcome
{
    /// <summary>It is processed.</summary>
    Succeeded,

    /// <summary>It went wrong, and another attempt may succeed.</summary>
    Faulted,

    /// <summary>It was refused for good.</summary>
    Rejected,
}

/// <summary>The names of the outcomes on the wire and in every database.</summary>
public static class AttemptOutcomeNames
{
    /// <summary>The name of an outcome.</summary>
    public static string ToName(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => "SUCCEEDED",
        AttemptOutcome.Faulted => "FAULTED",
        AttemptOutcome.Rejected => "REJECTED",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not the outcome of an attempt."),
    };

    /// <summary>The outcome of a name that a database holds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of the three.</exception>
    public static AttemptOutcome FromName(string name) => name switch
    {
        "SUCCEEDED" => AttemptOutcome.Succeeded,
        "FAULTED" => AttemptOutcome.Faulted,
        "REJECTED" => AttemptOutcome.Rejected,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not the name of an outcome."),
    };
}
