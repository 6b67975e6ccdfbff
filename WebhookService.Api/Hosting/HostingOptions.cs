using System.ComponentModel.DataAnnotations;

namespace WebhookService.Api.Hosting;

/// <summary>How the process ends: section <c>Hosting</c>.</summary>
internal sealed class HostingOptions
{
    /// <summary>
    /// Seconds after SIGTERM in which the instance says that it is not ready, and goes on accepting and processing,
    /// until whoever sends it requests has noticed.
    /// </summary>
    /// <value>Default 0: nobody is in front, and it stops at once.</value>
    [Range(0, 600)]
    public int DrainSeconds { get; set; }
}
