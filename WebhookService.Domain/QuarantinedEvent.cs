namespace WebhookService.Domain;

/// <summary>A body whose signature is right, but which cannot be understood: kept until it can be.</summary>
/// <param name="Source">The configured name of its source.</param>
/// <param name="Key">
/// SHA-256 of what identifies the event: bodies of one source with the same key are one row, however often they come.
/// </param>
/// <param name="ReceivedAt">When it was received: UTC, whole microseconds.</param>
/// <param name="Reason">Why it cannot be understood, <see cref="Attempt.MaxTextLength"/> characters at most.</param>
/// <param name="Type">The provider's type of event; null where unknown.</param>
/// <param name="EventId">The provider's id of the event; null where unknown.</param>
/// <param name="Headers">
/// The request's headers as a JSON object, without credentials and signatures: a definition may read values from them.
/// </param>
/// <param name="Payload">The request's body.</param>
internal sealed record QuarantinedEvent(
    string Source,
    byte[] Key,
    DateTimeOffset ReceivedAt,
    string Reason,
    string? Type,
    string? EventId,
    string Headers,
    EventPayload Payload)
{
    /// <summary>Length of a key, in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>When it was received: UTC, whole microseconds.</summary>
    public DateTimeOffset ReceivedAt { get; init => field = Timestamps.ToMicroseconds(value); } =
        Timestamps.ToMicroseconds(ReceivedAt);

    /// <summary>Why it cannot be understood, at most <see cref="Attempt.MaxTextLength"/> characters.</summary>
    public string Reason { get; init => field = EventText.Fit(value, Attempt.MaxTextLength) ?? "It has no reason."; } =
        EventText.Fit(Reason, Attempt.MaxTextLength) ?? "It has no reason.";

    /// <summary>
    /// The provider's type of event, at most <see cref="SourceEvent.MaxTextLength"/> characters; null where unknown.
    /// </summary>
    public string? Type { get; init => field = EventText.Fit(value, SourceEvent.MaxTextLength); } =
        EventText.Fit(Type, SourceEvent.MaxTextLength);

    /// <summary>
    /// The provider's id of the event, at most <see cref="SourceEvent.MaxTextLength"/> characters; null where unknown.
    /// </summary>
    public string? EventId { get; init => field = EventText.Fit(value, SourceEvent.MaxTextLength); } =
        EventText.Fit(EventId, SourceEvent.MaxTextLength);

    /// <summary>The request's headers as a JSON object.</summary>
    public string Headers { get; init => field = EventText.Fit(value, int.MaxValue) ?? "{}"; } =
        EventText.Fit(Headers, int.MaxValue) ?? "{}";
}

/// <summary>The result of adding an event to the quarantine.</summary>
internal enum QuarantineOutcome
{
    /// <summary>It is in the quarantine, durably.</summary>
    Quarantined,

    /// <summary>It was there before; the repeat is counted, durably.</summary>
    Repeated,

    /// <summary>The quarantine is full (<c>Quarantine:MaxRows</c>); nothing was stored.</summary>
    Full,

    /// <summary>It could not be made durable in time; nothing was acknowledged.</summary>
    Unavailable,
}

/// <summary>Removes events from the quarantine, durably.</summary>
internal interface IQuarantine
{
    /// <summary>Removes one event; false when there is none with this id.</summary>
    /// <exception cref="StoreUnavailableException">The store rejected it; the event is still there.</exception>
    ValueTask<bool> RemoveAsync(long id);
}
