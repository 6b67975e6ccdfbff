using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Registers the alerts that the service sends.</summary>
internal static class AlertsServiceCollectionExtensions
{
    // Most of an unread answer to drain, so that reusing its connection costs little.
    private const int MaxDrain = 65_536;

    /// <summary>Adds the alerts. Call it last, so that they stop before the store is closed.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddValidOptions<AlertOptions>("Alerts")
            .AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();

        // Its loggers would write the address, which is the secret of many receivers.
        services.AddHttpClient(AlertClient.Name)
            .RemoveAllLoggers()
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                MaxResponseDrainSize = MaxDrain,
            });
        return services
            .AddSingleton<AlertReader>()
            .AddSingleton<AlertClient>()
            .AddSingleton<IAlertRule, FailedRule>()
            .AddSingleton<IAlertRule, OldestRule>()
            .AddSingleton<IAlertRule, BreakerRule>()
            .AddSingleton<IAlertRule, QuarantineRule>()
            .AddSingleton<IAlertRule, PauseRule>()
            .AddSingleton(provider => new AlertService(
                provider.GetServices<IAlertRule>(),
                (provider.GetRequiredService<AlertReader>(), provider.GetRequiredService<IAlertStates>()),
                provider.GetRequiredService<AlertClient>(),
                provider.GetRequiredService<IOptions<AlertOptions>>(),
                provider.GetRequiredService<Jitter>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AlertService>>()))
            .AddHostedService(provider => provider.GetRequiredService<AlertService>());
    }
}
