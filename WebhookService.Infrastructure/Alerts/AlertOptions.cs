using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Alerts that the service sends: section <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>Address that alerts are posted to; empty: none are sent.</summary>
    /// <value>Default empty. An absolute http or https address.</value>
    public string Url { get; set; } = "";

    /// <summary>The secret that signs alerts, as Standard Webhooks specifies; empty: they are not signed.</summary>
    /// <value>Default empty. <c>whsec_…</c>.</value>
    public string Secret { get; set; } = "";

    /// <summary>Interval between two looks at what alerts are about.</summary>
    /// <value>Default 15 s.</value>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Shortest time between two alerts of one kind, and before another try if none was delivered.</summary>
    /// <value>Default 1 min.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan MinimumInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time after which an alert about a condition that still holds is repeated.</summary>
    /// <value>Default 4 h.</value>
    [DurationRange("00:00:01", "365.00:00:00")]
    public TimeSpan RepeatInterval { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Age of the oldest unfinished transaction beyond which it is reported.</summary>
    /// <value>Default 10 min.</value>
    [DurationRange("00:00:01", "365.00:00:00")]
    public TimeSpan OldestAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long the age must have been beyond <see cref="OldestAge"/>, or not, before either is reported: a transaction
    /// that an operator retries is old at once.
    /// </summary>
    /// <value>Default 5 min.</value>
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan OldestDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the circuit breaker must have been open, or closed, before either is reported.</summary>
    /// <value>Default 1 min.</value>
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan BreakerDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Age of a pause beyond which it counts as forgotten.</summary>
    /// <value>Default 1 h.</value>
    [DurationRange("00:00:01", "365.00:00:00")]
    public TimeSpan PauseAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Number of events newly in the quarantine, since the last alert, that are reported.</summary>
    /// <value>Default 1.</value>
    [Range(1, 1_000_000)]
    public int QuarantineGrowth { get; set; } = 1;

    /// <summary>Longest duration of one attempt to deliver an alert.</summary>
    /// <value>Default 10 s.</value>
    [DurationRange("00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Most attempts in a row to deliver an alert; after <see cref="MinimumInterval"/>, there are as many again.
    /// </summary>
    /// <value>Default 3.</value>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Wait after the first attempt that failed; it doubles with each further one.</summary>
    /// <value>Default 1 s.</value>
    [DurationRange("00:00:00.001", "00:00:30")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most failed transactions, the latest received, that are read to find the reasons of new ones.</summary>
    /// <value>Default 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxRows { get; set; } = 10_000;

    /// <summary>Most groups in one alert, the largest ones.</summary>
    /// <value>Default 10.</value>
    [Range(1, 100)]
    public int MaxGroups { get; set; } = 10;
}
