using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlStoreTests : TransactionStoreContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    // As after a fail-over: the connection is alive, and on what has become a standby.
    [Test]
    public async Task Add_FindsTheWayBack_WhenItsConnectionIsReadOnly()
    {
        const string endWriter = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("before"));
        await Database.ExecuteAsync("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$");
        await Database.ExecuteAsync(endWriter);
        (await instance.Store.AddAsync(Row("broken"))).Should().Be(AddOutcome.Unavailable);
        (await instance.Store.AddAsync(Row("read_only"))).Should().Be(AddOutcome.Unavailable);

        await Database.ExecuteAsync("SET default_transaction_read_only = off; "
            + "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$");

        (await instance.Store.AddAsync(Row("after"))).Should().Be(AddOutcome.Added);
        (await instance.Store.AddAsync(Row("before"))).Should().Be(AddOutcome.Duplicate);
    }
}
