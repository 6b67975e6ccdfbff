using Microsoft.Extensions.Options;
using WebhookService.Api.Operations;
using WebhookService.Api.Quarantine;
using WebhookService.Api.Security;
using WebhookService.Api.Sources;
using WebhookService.Api.Webhooks;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api;

/// <summary>Registers what receives providers' webhooks and shows the quarantine.</summary>
internal static class SourceServiceCollectionExtensions
{
    public static IServiceCollection AddSources(this IServiceCollection services) => services
        .AddSourceCatalog()
        .AddSingleton<SourceActivity>()
        .AddSingleton<SourceIntake>()
        .AddSingleton(provider => new SourceReceiver(
            provider.GetRequiredService<SourceCatalog>(),
            provider.GetRequiredService<SourceIntake>(),
            provider.GetRequiredService<SourceActivity>(),
            provider.GetRequiredService<Refusals>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SourceReport(
            provider.GetRequiredService<SourceCatalog>(), provider.GetRequiredService<SourceActivity>()))
        .AddSingleton(provider => new QuarantineReplay(
            provider.GetRequiredService<SourceCatalog>(),
            provider.GetRequiredService<SourceIntake>(),
            provider.GetRequiredService<IEventReader>(),
            provider.GetRequiredService<IQuarantine>(),
            provider.GetRequiredService<IOptions<OperationsOptions>>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Makes the counters of every source known to collectors before its first event.</summary>
    public static void StartSourcesAtZero(this IServiceProvider services)
    {
        var activity = services.GetRequiredService<SourceActivity>();
        foreach (var source in services.GetRequiredService<SourceCatalog>().All)
        {
            activity.StartAtZero(source.Name);
        }
    }
}
