using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteClaimTests : TransactionClaimContract
{
    // The file belongs to one process, so an earlier holder of a claim is gone.
    [Test]
    public async Task Claim_ReportsRowsTakenOver()
    {
        var gone = (await OpenAsync()).WithoutBacklog();
        await gone.Store.AddAsync(Row("held"));
        gone.Queue.MarkBacklog();
        await gone.Store.AddAsync(Row("free"));
        await KillAsync(gone);

        var claimed = await (await OpenAsync()).Store.ClaimAsync(ClaimPosition.Start, 10);

        claimed.Numbers().Should().BeEquivalentTo([("held", 2, true), ("free", 2, false)]);
    }

    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
