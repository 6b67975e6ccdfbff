using WebhookService.Domain;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Model;

/// <summary>A stored attempt; see <see cref="Attempt"/>.</summary>
internal sealed class AttemptRow
{
    /// <summary>The sequence of its transaction.</summary>
    public long Sequence { get; init; }

    public int Number { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Whole milliseconds.</summary>
    public long Duration { get; init; }

    public AttemptOutcome Outcome { get; init; }

    public int? HttpStatus { get; init; }

    public string? Detail { get; init; }

    public long InstanceId { get; init; }
}

/// <summary>Conflicting content of a known id: one row for each content, however often it arrived.</summary>
internal sealed class ConflictRow
{
    /// <summary>The sequence of the transaction with that id.</summary>
    public long Sequence { get; init; }

    public byte[] ContentHash { get; init; } = [];

    public string SourceAccount { get; init; } = "";

    public string DestinationAccount { get; init; } = "";

    public decimal Amount { get; init; }

    public string Currency { get; init; } = "";

    public DateTimeOffset FirstReceivedAt { get; init; }

    public DateTimeOffset LastReceivedAt { get; init; }

    public int Times { get; init; }
}

/// <summary>A stored action of an operator; see <see cref="AuditEntry"/>.</summary>
internal sealed class AuditRow
{
    /// <summary>A later entry has a higher one.</summary>
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    public string? Operator { get; init; }

    public string Action { get; init; } = "";

    public string? Target { get; init; }

    public long Affected { get; init; }

    public string? Reason { get; init; }
}

/// <summary>
/// What was last sent about one kind of alert, so that neither a restart nor another instance repeats it.
/// </summary>
internal sealed class AlertRow
{
    public string Kind { get; init; } = "";

    /// <summary>From 1, raised by each change: one that was decided by an older version is not written.</summary>
    public long Version { get; init; }

    /// <summary>When an alert was last delivered; null for never.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Until when nobody else sends: one is being delivered, or the address did not take it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>
    /// Since when the reported condition holds, null if none does; or, of events, the time of <see cref="Mark"/>.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Up to where events are reported; or the instance that reported a condition.</summary>
    public long Mark { get; init; }
}
