using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Processing;

/// <summary>How accepted transactions are worked off: section <c>Processing</c>.</summary>
public sealed class ProcessingOptions
{
    /// <summary>Whether this instance processes; false: it accepts only, and its rows wait for another one.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long the simulated external call takes.</summary>
    /// <value>Default 30 s.</value>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most transactions in their external call at once on this instance.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrency { get; set; } = 10_000;

    /// <summary>Most ids waiting in memory; rows beyond it wait in the database.</summary>
    /// <value>Default 10000.</value>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>Most rows claimed from the database in one transaction.</summary>
    /// <value>Default 1000.</value>
    [Range(1, 10_000)]
    public int ClaimBatch { get; set; } = 1_000;

    /// <summary>How often rows that nobody holds are looked for.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>At a stop: how long calls in flight may still finish. The rest is released, not failed.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(5);
}
