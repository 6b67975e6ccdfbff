using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Instances;

/// <summary>How instances that share a database detect a dead one: section <c>Instance</c>.</summary>
public sealed class InstanceOptions : IValidatableObject
{
    // A lease survives two lost heartbeats.
    private const int HeartbeatsPerLease = 3;

    /// <summary>Interval at which an instance renews its lease.</summary>
    /// <value>Default 5 s.</value>
    [DurationRange("00:00:00.100", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an instance keeps its claims without a heartbeat, on the database's clock; then others take them over.
    /// </summary>
    /// <value>Default 20 s. At least three times <see cref="HeartbeatInterval"/>.</value>
    [DurationRange("00:00:00.300", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a dead instance stays listed.</summary>
    /// <value>Default 1 hour.</value>
    [DurationRange("00:00:00", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LeaseDuration < HeartbeatInterval * HeartbeatsPerLease)
        {
            yield return new ValidationResult(
                $"Instance__LeaseDuration must be at least {HeartbeatsPerLease} times Instance__HeartbeatInterval.");
        }
    }
}
