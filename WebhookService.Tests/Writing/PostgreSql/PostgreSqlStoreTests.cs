using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlStoreTests : TransactionStoreContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    // A check before the insert finds no row: the other transaction is not committed yet.
    [Test]
    public async Task Add_IsADuplicate_WhenAnotherInsertsTheSameIdAtTheSameMoment()
    {
        var database = (PostgresDatabase)Database;
        var instance = await OpenAsync();
        await using var other = await database.BeginAsync(Insert("txn"));

        var adding = instance.Store.AddAsync(Row("txn")).AsTask();
        await Eventually.HoldsAsync(database.IsSomebodyWaitingAsync, "the insert waits for the other transaction");
        await other.ExecuteAsync("COMMIT");

        (await adding.Soon()).Should().Be(AddOutcome.Duplicate);
    }

    // Two transactions that insert the same ids in opposite orders would deadlock.
    [Test]
    public async Task Add_LocksIdsInOneOrder_WhateverTheOrderOfArrival()
    {
        var database = (PostgresDatabase)Database;
        var instance = await OpenAsync();
        await using var other = await database.BeginAsync($"{Insert("a")}; SAVEPOINT alone; LOCK TABLE transactions");
        var first = instance.Store.AddAsync(Row("first")).AsTask();
        await Eventually.HoldsAsync(database.IsSomebodyWaitingAsync, "the first row waits for the table");
        var batch = new[] { "b", "a" }.Select(id => instance.Store.AddAsync(Row(id)).AsTask()).ToArray();
        await other.ExecuteAsync("ROLLBACK TO alone");
        await first.Soon();
        await Eventually.HoldsAsync(database.IsSomebodyWaitingAsync, "the batch waits for the other transaction");

        await other.ExecuteAsync($"SET LOCAL lock_timeout = '100ms'; {Insert("b")}; COMMIT");

        (await Task.WhenAll(batch).Soon()).Should().Equal(AddOutcome.Duplicate, AddOutcome.Duplicate);
    }

    // As after a fail-over: the connection is open, but its server has become a standby.
    [Test]
    public async Task Add_Recovers_WhenItsConnectionIsReadOnly()
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

    // The driver cannot encode a lone surrogate, and throws an exception that is neither its own nor the server's.
    [Test]
    public async Task Add_IsUnavailable_AndTheNextSucceeds_WhenTheDriverThrowsAnUnexpectedException()
    {
        var instance = await OpenAsync();

        (await instance.Store.AddAsync(Row("poison", trace: "\ud800"))).Should().Be(AddOutcome.Unavailable);

        (await instance.Store.AddAsync(Row("after"))).Should().Be(AddOutcome.Added);
    }

    private static string Insert(string id) => $"""
        INSERT INTO transactions (
            transaction_id, source_account, destination_account, amount, currency, status, created_at, attempts)
        VALUES ('{id}', 'acc_user_789', 'acc_merchant_456', 150.50, 'INR', 'PROCESSING', now(), 0)
        """;
}
