using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebhookService.Domain;
using WebhookService.Infrastructure.Reading;

namespace WebhookService.Api.Hosting;

/// <summary>
/// The instance is ready when it can store, its reads have worked since the start, and it is not about to stop.
/// </summary>
internal sealed class StoreHealthCheck(
    ITransactionIntake intake, FirstReads reads, Draining draining, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("Stopping.");
        }

        if (draining.IsUnderWay)
        {
            return HealthCheckResult.Unhealthy("Draining: still accepting, about to stop.");
        }

        var health = await intake.ProbeAsync();
        if (!health.IsHealthy)
        {
            return HealthCheckResult.Unhealthy(health.Reason);
        }

        return reads.Fault is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy();
    }
}
