using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Handling;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Alerts;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Retention;
using WebhookService.Infrastructure.Settings;
using WebhookService.Infrastructure.Statistics;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure;

/// <summary>Composes the service: hosted services start in the order of registration and stop in reverse.</summary>
internal static class InfrastructureServiceCollectionExtensions
{
    /// <summary>Adds the store, the queue and the processing of transactions.</summary>
    public static IServiceCollection AddWebhookInfrastructure(this IServiceCollection services) =>
        services.AddTelemetry().AddPersistence().AddProcessing().AddStatsFeed().AddAlerts();

    private static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddMetrics()
            .AddSingleton<WebhookMetrics>()
            .AddSingleton<Throughput>()
            .AddSingleton(provider => new StatsReader(
                provider.GetRequiredService<ITransactionReader>(),
                provider.GetRequiredService<TransactionQueue>(),
                provider.GetRequiredService<Throughput>(),
                provider.GetRequiredService<BreakerGate>(),
                provider.FindInbox(),
                provider.GetRequiredService<TimeProvider>()));
    }

    private static IServiceCollection AddPersistence(this IServiceCollection services)
    {
        services.AddValidOptions<DatabaseOptions>("Database")
            .AddValidOptions<InstanceOptions>("Instance")
            .AddValidOptions<IntakeOptions>("Intake")
            .AddValidOptions<ReadOptions>("Reads")
            .AddValidOptions<RetentionOptions>("Retention")
            .AddValidOptions<QuarantineOptions>("Quarantine");
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseUrlValidator>();
        services.AddOptions<DatabaseOptions>().Configure<IConfiguration>(
            (options, configuration) => options.Url = configuration["DATABASE_URL"] ?? DatabaseOptions.DefaultUrl);
        services.TryAddSingleton(AnswerThreads.Pool);
        services.TryAddSingleton(Random.Shared);
        return services
            .AddSingleton(provider => new StoreLimits(
                provider.GetRequiredService<IOptions<RetentionOptions>>().Value,
                provider.GetRequiredService<IOptions<QuarantineOptions>>().Value))
            .AddDatabases()
            .AddSingleton<Jitter>()
            .AddSingleton<InstanceLease>()
            .AddSingleton<WriteQueue>()
            .AddSingleton<ConflictLog>()
            .AddSingleton<BatchClaims>()
            .AddSingleton<IBatchEffects>(provider => provider.GetRequiredService<BatchClaims>())
            .AddSingleton<CommitLoop>()
            .AddSingleton<TransactionStore>()
            .AddSingleton<ITransactionRetries>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<ITransactionClaims>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<IQuarantine>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<IAudit>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<IDismissals>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<IAlertStates>(provider => provider.GetRequiredService<TransactionStore>())
            .AddSingleton<IAuditReader, AuditReader>()
            .AddSingleton<SpareThreads>()
            .AddSingleton<TimedReads>()
            .AddSingleton<LookupQueue>()
            .AddSingleton<TransactionReader>()
            .AddSingleton<EventReader>()
            .AddInbox()
            .AddSingleton<DatabaseMigrator>()
            .AddHostedInbox()
            .AddHostedService(provider => provider.GetRequiredService<DatabaseMigrator>())
            .AddSingleton(provider => new FirstReads(
                provider.GetRequiredService<IDatabase>(),
                FirstQueries(
                    provider.GetRequiredService<ITransactionReader>(), provider.GetRequiredService<IEventReader>()),
                provider.GetRequiredService<WriteQueue>(),
                provider.FindInbox() is not null,
                provider.GetRequiredService<IHostApplicationLifetime>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FirstReads>>()))
            .AddHostedService<InstanceHeartbeat>()
            .AddHostedService<ContentPruner>()
            .AddHostedService(provider => provider.GetRequiredService<FirstReads>());
    }

    // One of each kind. No sender can use the empty id: it finds nothing and costs one lookup in the index.
    private static Func<CancellationToken, Task>[] FirstQueries(ITransactionReader reader, IEventReader events) =>
    [
        token => reader.FindAsync("", token),
        token => reader.ListAsync(new TransactionQuery(), token),
        reader.CountAsync,
        token => events.ListQuarantineAsync(null, null, 1, token),
        token => events.CountQuarantineAsync(null, token),
    ];

    private static IServiceCollection AddProcessing(this IServiceCollection services)
    {
        services.AddValidOptions<ProcessingOptions>("Processing")
            .AddValidOptions<ExternalApiOptions>("ExternalApi")
            .AddValidOptions<OperationsOptions>("Operations");
        services.AddSingleton<IValidateOptions<ExternalApiOptions>, ExternalApiOptionsValidator>();
        services.TryAddSingleton<IExternalApi, HandlerCalls>();
        services.AddHttpClient(ExternalApiHttpClient.Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(HttpTransactionHandler.CreateConnections)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        return services
            .AddSingleton(ChooseHandler)
            .AddSingleton<BreakerGate>()
            .AddSingleton<ExternalApiPipeline>()
            .AddSingleton<ExternalApiRequest>()
            .AddSingleton<ExternalApiAnswer>()
            .AddSingleton<ReadEvent>(provider => (transaction, cancellationToken) => transaction.Source is null
                ? Task.FromResult<SourceEvent?>(null)
                : provider.GetRequiredService<IEventReader>()
                    .FindEventAsync(transaction.TransactionId, cancellationToken))
            .AddSingleton<RetrySchedule>()
            .AddSingleton<DueTimes>()
            .AddSingleton<BulkChange>()
            .AddSingleton(provider => new AccountErasure(
                (provider.GetRequiredService<ITransactionReader>(), provider.GetRequiredService<IEventReader>()),
                provider.GetRequiredService<IQuarantine>(),
                provider.GetRequiredService<WriteQueue>(),
                provider.GetRequiredService<StoreLimits>(),
                provider.GetRequiredService<IOptions<OperationsOptions>>().Value,
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ClaimWriter>()
            .AddSingleton<PauseGate>()
            .AddSingleton(provider => new ProcessingPause(
                provider.GetRequiredService<IAudit>(),
                provider.GetRequiredService<IAuditReader>(),
                provider.GetRequiredService<PauseGate>(),
                provider.GetRequiredService<IDatabase>(),
                provider.GetRequiredService<IOptions<ProcessingOptions>>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ProcessingPause>>()))
            .AddSingleton<ProcessingSlots>()
            .AddSingleton<TransactionQueue>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<ClaimedSet>(
                provider, provider.GetRequiredService<IDatabase>().IsShared))
            .AddHostedService(provider => provider.GetRequiredService<ProcessingPause>())
            .AddHostedService<TransactionProcessor>()
            .AddHostedService<TransactionRecovery>()
            .AddHostedForwarder();
    }

    private static ITransactionHandler ChooseHandler(IServiceProvider provider)
    {
        if (provider.GetService<RegisteredHandler>() is { } own)
        {
            return ActivatorUtilities.CreateInstance<ScopedTransactionHandler>(provider, own.Type);
        }

        return provider.GetRequiredService<IOptions<ExternalApiOptions>>().Value.Url.Length > 0
            ? ActivatorUtilities.CreateInstance<HttpTransactionHandler>(provider)
            : new SimulatedTransactionHandler(
                provider.GetRequiredService<IOptions<ProcessingOptions>>().Value.Delay,
                provider.GetRequiredService<TimeProvider>());
    }
}
