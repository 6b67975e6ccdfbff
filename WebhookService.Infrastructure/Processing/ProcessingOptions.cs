using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Processing;

/// <summary>How accepted transactions are processed: section <c>Processing</c>.</summary>
public sealed class ProcessingOptions
{
    /// <summary>
    /// Whether this instance processes transactions; if false, it only accepts them, for others to process.
    /// </summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long the simulated external call takes.</summary>
    /// <value>Default 30 s.</value>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most transactions in flight at once on this instance.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrency { get; set; } = 10_000;

    /// <summary>Most transactions queued in memory; further rows wait in the database.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>Most rows claimed from the database in one transaction.</summary>
    /// <value>Default 1000.</value>
    [Range(1, 10_000)]
    public int ClaimBatch { get; set; } = 1_000;

    /// <summary>Interval between sweeps for unclaimed and abandoned rows.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long calls in flight may take to finish at shutdown. The rest are released, not failed.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often an instance on a shared database looks whether another has paused processing, or resumed it.
    /// </summary>
    /// <value>Default 1 s.</value>
    [DurationRange("00:00:00.100", "00:01:00")]
    public TimeSpan PauseInterval { get; set; } = TimeSpan.FromSeconds(1);
}
