using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Writing;

/// <summary>How many events that cannot be understood are kept, and for how long: section <c>Quarantine</c>.</summary>
public sealed class QuarantineOptions
{
    /// <summary>Most events in the quarantine; when it is full, a further one is answered 503.</summary>
    /// <value>Default 100,000.</value>
    [Range(1, 10_000_000)]
    public int MaxRows { get; set; } = 100_000;

    /// <summary>How long an event is kept after it was last received.</summary>
    /// <value>Default 90 days.</value>
    [DurationRange("00:00:01", "36500.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
}
