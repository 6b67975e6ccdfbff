using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The limits of the durable intake: section <c>Intake</c>.</summary>
public sealed class IntakeOptions
{
    /// <summary>Longest wait for the durable write, from the last body byte; then the answer is 503.</summary>
    /// <value>Default 400 ms, which leaves 100 ms of the promised 500 for the network and the scheduler.</value>
    [DurationRange("00:00:00.010", "00:00:00.450")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Most new rows in one group commit, and most other writes in it.</summary>
    /// <value>Default 512.</value>
    [Range(1, 10_000)]
    public int MaxBatch { get; set; } = 512;

    /// <summary>Most requests that wait for a commit; the next one is answered 503 at once.</summary>
    /// <value>Default 16384.</value>
    [Range(1, 1_000_000)]
    public int MaxPending { get; set; } = 16_384;

    /// <summary>Largest request body, in bytes; a larger one is answered 413.</summary>
    /// <value>Default 16384.</value>
    [Range(256, 1_048_576)]
    public int MaxBodySize { get; set; } = 16_384;
}
