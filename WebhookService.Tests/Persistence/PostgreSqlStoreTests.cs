using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlStoreTests : TransactionStoreContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    // Whoever looks before it inserts finds nothing here: the other one is not committed yet.
    [Test]
    public async Task Add_IsADuplicate_WhenAnotherInsertsTheSameIdAtTheSameMoment()
    {
        const string insert = """
            INSERT INTO transactions (
                transaction_id, source_account, destination_account, amount, currency, status, created_at, attempts)
            VALUES ('txn', 'acc_user_789', 'acc_merchant_456', 150.50, 'INR', 'PROCESSING', now(), 0)
            """;
        const string waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        var instance = await OpenAsync();
        await using var other = new NpgsqlConnection($"{DatabaseTarget.Parse(Database.Url).Address};Pooling=False");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(insert, other, transaction);
        await command.ExecuteNonQueryAsync();

        var adding = instance.Store.AddAsync(Row("txn")).AsTask();
        await Eventually.HoldsAsync(
            async () => (await ((PostgresDatabase)Database).QueryAsync(waiting))[0] == "1", "it waits for the other one");
        await transaction.CommitAsync();

        (await adding.Soon()).Should().Be(AddOutcome.Duplicate);
    }

    // As after a fail-over: the connection is alive, and on what has become a standby.
    [Test]
    public async Task Add_FindsTheWayBack_WhenItsConnectionIsReadOnly()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("before"));
        await ((PostgresDatabase)Database).ForbidWritesAsync();
        (await instance.Store.AddAsync(Row("broken"))).Should().Be(AddOutcome.Unavailable);
        (await instance.Store.AddAsync(Row("read_only"))).Should().Be(AddOutcome.Unavailable);

        await ((PostgresDatabase)Database).AllowWritesAsync();

        (await instance.Store.AddAsync(Row("after"))).Should().Be(AddOutcome.Added);
        (await instance.Store.AddAsync(Row("before"))).Should().Be(AddOutcome.Duplicate);
    }

    // The driver cannot encode half a character, and says so with an exception that is neither its own nor the server's.
    [Test]
    public async Task Add_IsUnavailable_AndTheNextSucceeds_WhenTheDriverThrowsWhatNobodyForesaw()
    {
        var instance = await OpenAsync();

        (await instance.Store.AddAsync(Row("poison", trace: "\ud800"))).Should().Be(AddOutcome.Unavailable);

        (await instance.Store.AddAsync(Row("after"))).Should().Be(AddOutcome.Added);
    }
}
