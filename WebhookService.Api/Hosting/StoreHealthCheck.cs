using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebhookService.Domain;

namespace WebhookService.Api.Hosting;

/// <summary>Ready means: it can store, and it is not on its way out.</summary>
internal sealed class StoreHealthCheck(ITransactionStore store, Draining draining, IHostApplicationLifetime lifetime)
    : IHealthCheck
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
            return HealthCheckResult.Unhealthy("Draining: it still accepts, and is about to stop.");
        }

        var health = await store.ProbeAsync();
        return health.IsHealthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(health.Reason);
    }
}
