using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Writing;

/// <summary>How much history is kept, and for how long: section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// How long a finished transaction keeps its content, attempts and conflicts; then only the id, the status and the
    /// times are kept, permanently. Zero: always.
    /// </summary>
    /// <value>Default 0.</value>
    [DurationRange("00:00:00", "36500.00:00:00")]
    public TimeSpan ContentAge { get; set; }

    /// <summary>
    /// How long an attempt that did not succeed is kept. The one that succeeded is part of its transaction.
    /// </summary>
    /// <value>Default 90 days.</value>
    [DurationRange("00:00:01", "36500.00:00:00")]
    public TimeSpan AttemptAge { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Most attempts kept for one transaction; the oldest are deleted first.</summary>
    /// <value>Default 50.</value>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 50;

    /// <summary>Most conflicting contents kept for one transaction; further ones are only counted.</summary>
    /// <value>Default 20.</value>
    [Range(1, 1_000)]
    public int MaxConflicts { get; set; } = 20;

    /// <summary>Interval between pruning passes.</summary>
    /// <value>Default 10 min.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Most rows pruned in one transaction.</summary>
    /// <value>Default 100.</value>
    [Range(1, 1_000)]
    public int Batch { get; set; } = 100;
}
