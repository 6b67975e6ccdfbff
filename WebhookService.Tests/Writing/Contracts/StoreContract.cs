using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The base of every conformance suite: a database for each test, and instances that share it.</summary>
public abstract class StoreContract
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

    protected static Transaction Row(
        string id,
        string source = "acc_user_789",
        string destination = "acc_merchant_456",
        decimal amount = 150.50m,
        string currency = "INR",
        DateTimeOffset? at = null,
        string? trace = null) =>
        Transaction.Receive(id, source, destination, amount, currency, at ?? ObservableTimeProvider.Origin, trace);

    /// <summary>The time this many microseconds after the start of the test's clock.</summary>
    protected static DateTimeOffset At(int microseconds) => ObservableTimeProvider.Origin.AddMicroseconds(microseconds);

    protected static Completion Done(string id, int claim = 1) => Completion.Processed(id, claim, Attempts.At(At(900)));
}
