using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Settings;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Puts the inbox in front of the database when <c>Inbox:Path</c> is set.</summary>
internal static class InboxServiceCollectionExtensions
{
    public static IServiceCollection AddInbox(this IServiceCollection services) => services
        .AddValidOptions<InboxOptions>("Inbox")
        .AddSingleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>()
        .AddSingleton<TransactionInbox>()
        .AddSingleton<InboxDelivery>()
        .AddSingleton<InboxEventDelivery>()
        .AddSingleton<InboxForwarder>()
        .AddSingleton<InboxStore>()
        .AddSingleton<InboxReader>()
        .AddSingleton<ITransactionIntake>(provider => IsOn(provider)
            ? provider.GetRequiredService<InboxStore>()
            : provider.GetRequiredService<TransactionStore>())
        .AddSingleton<ITransactionReader>(provider => IsOn(provider)
            ? provider.GetRequiredService<InboxReader>()
            : provider.GetRequiredService<TransactionReader>())
        .AddSingleton<IEventReader>(provider => IsOn(provider)
            ? provider.GetRequiredService<InboxReader>()
            : provider.GetRequiredService<EventReader>());

    /// <summary>Opens the inbox before the services that use it, and closes it after them.</summary>
    public static IServiceCollection AddHostedInbox(this IServiceCollection services) =>
        services.AddSingleton<IHostedService>(provider => IsOn(provider)
            ? provider.GetRequiredService<TransactionInbox>()
            : new NoInbox());

    /// <summary>Adds the forwarder, which stops before the services it feeds.</summary>
    public static IServiceCollection AddHostedForwarder(this IServiceCollection services) =>
        services.AddSingleton<IHostedService>(provider => IsOn(provider)
            ? provider.GetRequiredService<InboxForwarder>()
            : new NoInbox());

    /// <summary>Returns the inbox; null when there is none.</summary>
    public static TransactionInbox? FindInbox(this IServiceProvider provider) =>
        IsOn(provider) ? provider.GetRequiredService<TransactionInbox>() : null;

    private static bool IsOn(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<InboxOptions>>().Value.Path.Length > 0;

    /// <summary>Replaces the inbox when there is none.</summary>
    private sealed class NoInbox : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
