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
