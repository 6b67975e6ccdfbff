using WebhookService.Domain;

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
