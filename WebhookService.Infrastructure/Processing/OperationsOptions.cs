using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Processing;

/// <summary>What operators' calls may take: section <c>Operations</c>.</summary>
public sealed class OperationsOptions
{
    /// <summary>Rows that a retry in bulk moves in one transaction, between which others get their turn.</summary>
    /// <value>Default 50.</value>
    [Range(1, 1_000)]
    public int RetryBatch { get; set; } = 50;

    /// <summary>How long one call for a retry in bulk goes on; its answer then leads to the next one.</summary>
    /// <value>Default 20 s.</value>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan RetryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Most rows that a retry in bulk moves in a second, so that intake keeps the disk and the cores.
    /// </summary>
    /// <value>Default 1000, as many as are called for in a second by default.</value>
    [Range(1, 1_000_000)]
    public int RetriesPerSecond { get; set; } = 1_000;
}
