using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Limits of operators' calls: section <c>Operations</c>.</summary>
public sealed class OperationsOptions
{
    /// <summary>Rows that a bulk call changes in one transaction; other writes run between two of these.</summary>
    /// <value>Default 50.</value>
    [Range(1, 1_000)]
    public int RetryBatch { get; set; } = 50;

    /// <summary>Longest time that one bulk call runs; its answer then links to the next call.</summary>
    /// <value>Default 20 s.</value>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan RetryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Most rows that a bulk call changes in a second, so that disk and cores stay available to intake.
    /// </summary>
    /// <value>Default 1000, which is also the default of <c>ExternalApi:CallsPerSecond</c>.</value>
    [Range(1, 1_000_000)]
    public int RetriesPerSecond { get; set; } = 1_000;
}
