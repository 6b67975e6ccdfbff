using System.Security.Cryptography;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The base of every conformance suite: a database for each test, and instances that share it.</summary>
internal abstract class StoreContract
{
    private readonly List<StoreFixture> _instances = [];

    protected ITestDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task CreateAsync() => Database = await CreateDatabaseAsync();

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        // A skipped test has no database.
        await (Database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>An empty database of the kind under test.</summary>
    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    /// <summary>An instance on this test's database that is not started.</summary>
    protected StoreFixture Build(params (string Key, string Value)[] settings)
    {
        var instance = new StoreFixture(Database.Url, settings);
        _instances.Add(instance);
        return instance;
    }

    protected Task<StoreFixture> OpenAsync(params (string Key, string Value)[] settings) =>
        Build(settings).StartAsync();

    /// <summary>Ends an instance without releasing its claims.</summary>
    protected async Task KillAsync(StoreFixture instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        _instances.Remove(instance);
        await instance.DisposeAsync();
    }

    /// <summary>An instance that has run long enough to know which instances are dead.</summary>
    protected async Task<StoreFixture> OpenPatientAsync()
    {
        var heartbeat = new InstanceOptions().HeartbeatInterval;
        var instance = await OpenAsync();
        instance.Clock.Advance(heartbeat);
        await instance.Store.ProbeAsync();
        instance.Clock.Advance(heartbeat);
        return instance;
    }

    /// <summary>Ends the lease of an instance on a server, which then looks dead to the others.</summary>
    protected Task EndLeasesAsync(StoreFixture instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Database.ExecuteAsync(
            $"UPDATE instances SET expires_at = heartbeat_at WHERE instance_id = {instance.Get<InstanceLease>().InstanceId}");
    }

    protected static Transaction Row(
        string id,
        string source = "acc_user_789",
        string destination = "acc_merchant_456",
        decimal amount = 150.50m,
        string currency = "INR",
        DateTimeOffset? at = null,
        string? trace = null,
        string? from = null) =>
        Transaction.Receive(id, source, destination, amount, currency, at ?? ObservableTimeProvider.Origin, trace, from);

    /// <summary>An event of the source "stripe" with this body.</summary>
    protected static SourceEvent Event(string? id = "evt_1", byte[]? body = null) => new(
        "stripe", "payment_intent.succeeded", id, At(-5), new EventPayload("application/json", body ?? "{}"u8.ToArray()));

    /// <summary>An event that cannot be understood; events with the same number have the same key.</summary>
    protected static QuarantinedEvent Odd(int number, string source = "stripe", int at = 0, byte[]? body = null) => new(
        source,
        SHA256.HashData(BitConverter.GetBytes(number)),
        At(at),
        "/data/object/amount finds nothing.",
        "payment_intent.succeeded",
        $"evt_{number}",
        """{"Content-Type":"application/json"}""",
        new EventPayload("application/json", body ?? [(byte)number]));

    /// <summary>The time this many microseconds after the start of the test's clock.</summary>
    protected static DateTimeOffset At(int microseconds) => ObservableTimeProvider.Origin.AddMicroseconds(microseconds);

    protected static Completion Done(string id, int claim = 1) => Completion.Processed(id, claim, Attempts.At(At(900)));
}
