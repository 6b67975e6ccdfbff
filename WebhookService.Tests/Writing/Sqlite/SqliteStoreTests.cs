using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteStoreTests : TransactionStoreContract
{
    private SqliteFile File => (SqliteFile)Database;

    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());

    [Test]
    public async Task Rows_AreReadable_InAShell()
    {
        var instance = await OpenAsync();

        await instance.Store.AddAsync(Row("txn", amount: 150.5m, at: At(4)));

        File.Query("SELECT amount, typeof(amount), status, created_at, processed_at FROM transactions")
            .Should().ContainSingle()
            .Which.Should().Equal("150.50", "text", "PROCESSING", $"{Timestamps.ToUnixMicroseconds(At(4))}", string.Empty);
    }

    [Test]
    public async Task Add_AnswersInTime_WhenAnotherConnectionHoldsTheFile()
    {
        var instance = await OpenAsync();
        using var other = new SqliteConnection($"Data Source={File.Path};Pooling=False");
        other.Open();
        await using var transaction = await other.BeginTransactionAsync();

        var waiting = instance.Store.AddAsync(Row("txn")).AsTask();
        instance.Clock.Advance(new IntakeOptions().Deadline);

        (await waiting.Soon()).Should().Be(AddOutcome.Unavailable);
        await transaction.RollbackAsync();
        (await instance.Store.AddAsync(Row("txn"))).Should().BeOneOf(AddOutcome.Added, AddOutcome.Duplicate);
        (await instance.Reader.FindAsync("txn", CancellationToken.None)).Should().NotBeNull();
    }
}
