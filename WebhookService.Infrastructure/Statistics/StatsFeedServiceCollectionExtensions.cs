using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>Registers the statistics for the dashboard and the gauges.</summary>
internal static class StatsFeedServiceCollectionExtensions
{
    /// <summary>Adds the statistics. Call it last, so that they stop before the store is closed.</summary>
    public static IServiceCollection AddStatsFeed(this IServiceCollection services) => services
        .AddValidOptions<DashboardOptions>("Dashboard")
        .AddSingleton<LatencyMeter>()
        .AddSingleton(provider => new StatsFeed(
            provider.GetRequiredService<StatsReader>(),
            provider.GetRequiredService<Throughput>(),
            provider.GetRequiredService<LatencyMeter>(),
            provider.GetRequiredService<IOptions<DashboardOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StatsFeed>>()))
        .AddSingleton(provider => new WebhookGauges(
            provider.GetRequiredService<WebhookMetrics>(),
            provider.GetRequiredService<StatsFeed>(),
            provider.GetRequiredService<TransactionQueue>(),
            provider.GetRequiredService<Throughput>(),
            (provider.GetRequiredService<BreakerGate>(), provider.GetRequiredService<PauseGate>()),
            provider.GetRequiredService<InstanceLease>(),
            provider.FindInbox()))
        .AddSingleton(provider => new StatsHistory(
            provider.GetRequiredService<TimedReads>(),
            provider.GetRequiredService<IOptions<DashboardOptions>>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddHostedService(provider => provider.GetRequiredService<StatsFeed>())
        .AddHostedService<SampleRecorder>();
}
