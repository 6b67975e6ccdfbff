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
}
