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
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("before"));
        await ((PostgresDatabase)Database).ForbidWritesAsync();
        (await instance.Store.AddAsync(Row("broken"))).Should().Be(AddOutcome.Unavailable);
        (await instance.Store.AddAsync(Row("read_only"))).Should().Be(AddOutcome.Unavailable);

        await ((PostgresDatabase)Database).AllowWritesAsync();

        (await instance.Store.AddAsync(Row("after"))).Should().Be(AddOutcome.Added);
        (await instance.Store.AddAsync(Row("before"))).Should().Be(AddOutcome.Duplicate);
    }
}
