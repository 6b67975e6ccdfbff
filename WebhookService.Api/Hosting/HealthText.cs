using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebhookService.Api.Hosting;

/// <summary>
/// Writes a probe's answer as one line of text that includes the reason, for the probe's log.
/// </summary>
internal static class HealthText
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain";
        var reasons = report.Entries.Values
            .Select(entry => entry.Description)
            .Where(text => !string.IsNullOrEmpty(text));
        return context.Response.WriteAsync(string.Join(' ', [$"{report.Status}", .. reasons]));
    }
}
