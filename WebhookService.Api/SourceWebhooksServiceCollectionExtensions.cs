using Microsoft.Extensions.Options;
using WebhookService.Api.Hosting;
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
internal static partial class SourceWebhooksServiceCollectionExtensions
{
    public static IServiceCollection AddSourceWebhooks(this IServiceCollection services) => services
        .AddSources()
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

    /// <summary>Checks that every source verifies signatures, unless anonymous access is intended.</summary>
    /// <exception cref="SettingException">A source accepts bodies from anybody.</exception>
    public static void CheckSources(this IServiceProvider services)
    {
        var open = services.GetRequiredService<SourceCatalog>().All.FirstOrDefault(source => !source.HasSignature);
        if (open is not null && !services.GetRequiredService<AnonymousAccess>().IsIntended)
        {
            throw new SettingException(
                $"The definition of Sources__{open.Name} has no signature, so anyone may send to it. "
                + "Security__AllowAnonymous=true allows that, as does ENVIRONMENT=local on your own machine.");
        }
    }

    /// <summary>Logs every source, and makes its counters known to collectors before its first event.</summary>
    public static void AnnounceSources(this IServiceProvider services)
    {
        var activity = services.GetRequiredService<SourceActivity>();
        var logger = services.GetRequiredService<ILogger<SourceActivity>>();
        foreach (var source in services.GetRequiredService<SourceCatalog>().All)
        {
            activity.StartAtZero(source.Name);
            Log.Configured(logger, source.Name, source.Options.Provider);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(94, LogLevel.Information, "/v1/webhooks/{Source} takes webhooks of {Provider}.")]
        public static partial void Configured(ILogger logger, string source, string provider);
    }
}
