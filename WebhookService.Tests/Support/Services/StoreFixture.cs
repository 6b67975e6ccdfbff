using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Retention;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Support.Services;

/// <summary>
/// The store of one instance as the service wires it, on one database, without the rest of the service.
/// </summary>
/// <remarks>Disposing it acts as a crash for its claims: nothing processes, so nothing releases them.</remarks>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ApplicationLifetime _lifetime;

    /// <summary>Creates an instance; nothing is opened before <see cref="StartAsync"/>.</summary>
    public StoreFixture(
        string url, IEnumerable<(string Key, string Value)> settings, Action<IServiceCollection>? configure = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .AddInMemoryCollection([KeyValuePair.Create("DATABASE_URL", (string?)url)])
            .Build();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<Random>(new FixedRandom())
            .AddSingleton<IHostApplicationLifetime, ApplicationLifetime>()
            .AddWebhookInfrastructure();
        HookReads(services);
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
        _lifetime = (ApplicationLifetime)_services.GetRequiredService<IHostApplicationLifetime>();
    }

    public ObservableTimeProvider Clock { get; } = new();

    internal TransactionStore Store => _services.GetRequiredService<TransactionStore>();

    public ITransactionReader Reader => _services.GetRequiredService<ITransactionReader>();

    /// <summary>Called just before a query runs, when its timeout has begun and its connection is open.</summary>
    public Action WhenReading { get; set; } = () => { };

    /// <summary>Called before a read opens its connection; the reader receives any exception that it throws.</summary>
    public Action WhenOpening { get; set; } = () => { };

    internal TransactionQueue Queue => _services.GetRequiredService<TransactionQueue>();

    internal TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    /// <summary>Opens the store as the service does and starts the commit loop.</summary>
    public async Task<StoreFixture> StartAsync()
    {
        await _services.GetServices<IHostedService>().OfType<DatabaseMigrator>().Single()
            .StartingAsync(CancellationToken.None).Soon();
        return this;
    }

    /// <summary>Starts the heartbeat of the instance; its store must be open.</summary>
    internal Task StartHeartbeatAsync() =>
        _services.GetServices<IHostedService>().OfType<InstanceHeartbeat>().Single().StartAsync(CancellationToken.None);

    /// <summary>Starts pruning; its store must be open. The returned task ends with the pruner.</summary>
    internal Task StartPruning()
    {
        var pruner = _services.GetServices<IHostedService>().OfType<ContentPruner>().Single();
        _ = pruner.StartAsync(CancellationToken.None);
        return pruner.ExecuteTask!;
    }

    /// <summary>Allows new rows to be claimed at insert, as recovery does when it has found no older rows.</summary>
    public StoreFixture WithoutBacklog()
    {
        Queue.TryClearBacklog();
        return this;
    }

    /// <summary>Claims every row that <see cref="ITransactionClaims.ClaimAsync"/> can claim.</summary>
    public async Task<IReadOnlyList<string>> ClaimAllAsync() =>
        (await Store.ClaimAsync(ClaimPosition.Start, 10_000).Soon()).Ids();

    public async ValueTask DisposeAsync()
    {
        _lifetime.StopApplication();
        await _services.DisposeAsync();
    }

    private void HookReads(IServiceCollection services)
    {
        var inner = services.Single(service => service.ServiceType == typeof(IDatabase) && !service.IsKeyedService);
        services.AddSingleton<IDatabase>(provider =>
            new HookedDatabase(this, (IDatabase)inner.ImplementationFactory!(provider)));
    }

    private sealed class HookedDatabase(StoreFixture fixture, IDatabase inner) : IDatabase
    {
        public string Name => inner.Name;

        public bool IsShared => inner.IsShared;

        public int MaxReaders => inner.MaxReaders;

        public void Take() => inner.Take();

        public bool HasCurrentSchema(bool mayCreate) => inner.HasCurrentSchema(mayCreate);

        public WebhookDbContext CreateContext()
        {
            fixture.WhenOpening();
            return inner.CreateContext();
        }

        public Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken) =>
            inner.MigrateAsync(db, cancellationToken);

        public IBatchWriter CreateWriter() => inner.CreateWriter();

        public CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken)
        {
            var registration = inner.Interrupt(connection, cancellationToken);
            fixture.WhenReading();
            return registration;
        }
    }
}
