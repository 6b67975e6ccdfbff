using System.ComponentModel.DataAnnotations;

namespace WebhookService.Api.Hosting;

/// <summary>Options for the stop of the process: section <c>Hosting</c>.</summary>
internal sealed class HostingOptions
{
    /// <summary>
    /// Seconds after SIGTERM during which the instance reports that it is not ready but keeps accepting and processing,
    /// so that load balancers can stop sending to it.
    /// </summary>
    /// <value>Default 0: it stops at once, since nothing is in front of it.</value>
    [Range(0, 600)]
    public int DrainSeconds { get; set; }
}
