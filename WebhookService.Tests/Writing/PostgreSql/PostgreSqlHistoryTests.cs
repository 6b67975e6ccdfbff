using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlHistoryTests : TransactionHistoryContract
{
    // The rows are committed and claimed by then; if the batch counted as rolled back, their claims would be orphaned.
    [Test]
    public async Task Add_CountsALostBatch_WhenAStatementAfterTheCommitFails()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await ((PostgresDatabase)Database).QueryAsync("ALTER TABLE conflicts RENAME TO gone");

        var outcome = await instance.Store.AddAsync(Row("txn", amount: 1));

        outcome.Should().Be(AddOutcome.Unavailable);
        instance.Get<ClaimedSet>().Orphanings.Should().Be(1);
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
