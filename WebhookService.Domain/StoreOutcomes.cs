namespace WebhookService.Domain;

/// <summary>The outcome of an add. The durable row determines every value but <see cref="Unavailable"/>.</summary>
internal enum AddOutcome
{
    /// <summary>The row is new, committed and fsynced.</summary>
    Added,

    /// <summary>The id was known with the same content; nothing was written.</summary>
    Duplicate,

    /// <summary>The id was known with different content; the first content stays.</summary>
    Conflict,

    /// <summary>
    /// No durable answer within the deadline. The row may still become durable afterwards,
    /// so the sender repeats the request and then gets <see cref="Duplicate"/>.
    /// </summary>
    Unavailable,
}

/// <summary>The outcome of completing an attempt under a claim.</summary>
internal enum TransitionOutcome
{
    /// <summary>This call wrote the attempt and the new status.</summary>
    Applied,

    /// <summary>
    /// The claim had ended: the row is final, released or claimed again, by any instance. Not an error.
    /// </summary>
    Superseded,

    /// <summary>An earlier call wrote exactly this, but its answer was lost; nothing was written again.</summary>
    Repeated,
}
