namespace WebhookService.Domain;

/// <summary>What became of an add. Every value but <see cref="Unavailable"/> is decided by the durable row.</summary>
public enum AddOutcome
{
    /// <summary>The row is new, committed and fsynced.</summary>
    Added,

    /// <summary>The id was known with the same content; nothing was written.</summary>
    Duplicate,

    /// <summary>The id was known with other content; the first content stays.</summary>
    Conflict,

    /// <summary>
    /// No durable answer within the deadline. The row may still become durable afterwards,
    /// so the sender repeats the request and then gets <see cref="Duplicate"/>.
    /// </summary>
    Unavailable,
}

/// <summary>What became of the one terminal transition of a transaction.</summary>
public enum TransitionOutcome
{
    /// <summary>This call moved the row to its final status.</summary>
    Applied,

    /// <summary>
    /// The claim had ended: the row is final, released or claimed anew, by whichever instance. Not an error.
    /// </summary>
    Superseded,

    /// <summary>An earlier call wrote exactly this, but its answer was lost; nothing was written again.</summary>
    Repeated,
}
