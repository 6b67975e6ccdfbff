using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Reading;

/// <summary>The limits of reads, so that they leave intake the resources it needs: section <c>Reads</c>.</summary>
public sealed class ReadOptions
{
    /// <summary>Longest time a query may run, waiting included; then the answer is 503.</summary>
    /// <value>Default 2 s.</value>
    [DurationRange("00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most list queries that run at once; others wait their turn within <see cref="Timeout"/>.</summary>
    /// <value>Default 4.</value>
    [Range(1, 1_000)]
    public int MaxConcurrentLists { get; set; } = 4;

    /// <summary>Number up to which the transactions that a filter finds are counted.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int MaxCount { get; set; } = 10_000;

    /// <summary>Most queries that find transactions by their ids at once; each finds all that wait.</summary>
    /// <value>Default 2.</value>
    [Range(1, 1_000)]
    public int MaxConcurrentLookups { get; set; } = 2;
}
