using System.ComponentModel.DataAnnotations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>The samples for the dashboard: section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>Interval between samples.</summary>
    /// <value>Default 1 s.</value>
    [DurationRange("00:00:00.200", "00:01:00")]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Number of samples kept, which the dashboard shows when it is opened.</summary>
    /// <value>Default 300.</value>
    [Range(1, 3_600)]
    public int History { get; set; } = 300;

    /// <summary>Most readers of <c>/v1/stats/stream</c> at once; the next one is answered 503.</summary>
    /// <value>Default 200.</value>
    [Range(0, 10_000)]
    public int MaxStreams { get; set; } = 200;

    /// <summary>Interval between the samples that are kept in the database, for the longer periods.</summary>
    /// <value>Default 1 min.</value>
    [DurationRange("00:00:10", "00:05:00")]
    public TimeSpan RecordInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long those samples are kept.</summary>
    /// <value>Default 1 day and 1 hour.</value>
    [DurationRange("01:00:00", "7.00:00:00")]
    public TimeSpan RecordAge { get; set; } = TimeSpan.FromHours(25);

    /// <summary>Interval between the samples that are kept for longer.</summary>
    /// <value>Default 10 min.</value>
    [DurationRange("00:05:00", "01:00:00")]
    public TimeSpan CoarseInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the samples that are kept for longer are kept.</summary>
    /// <value>Default 7 days and 1 hour.</value>
    [DurationRange("1.00:00:00", "35.00:00:00")]
    public TimeSpan CoarseAge { get; set; } = TimeSpan.FromHours(169);

    /// <summary>Most points that a chart of a longer period has; more samples are summed up.</summary>
    /// <value>Default 300.</value>
    [Range(10, 2_000)]
    public int MaxPoints { get; set; } = 300;
}
