using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

/// <summary>
/// While a snapshot is open (a report, a backup, a forgotten session), PostgreSQL keeps every version of every row. What
/// each batch reads must not grow with them.
/// </summary>
[TestFixture]
[Category("Long")]
internal sealed partial class OldSnapshotTests : StoreContract
{
    private PostgresDatabase Server => (PostgresDatabase)Database;

    [Test]
    public async Task Batches_ReadFewPages_HoweverManyWereBeforeThem()
    {
        const int batches = 2_000;
        var instance = await OpenAsync();
        var me = instance.Get<InstanceLease>().InstanceId;
        await using var snapshot = await Server.BeginAsync("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM totals");
        for (var i = 0; i < batches; i++)
        {
            await instance.Store.AddAsync(Row($"txn_{i}"));
            if (i % 30 == 0)
            {
                instance.Clock.Advance(new InstanceOptions().HeartbeatInterval);
            }
        }

        var pages = await PagesOfAsync($"SELECT * FROM totals WHERE instance_id = {me}")
            + await PagesOfAsync($"SELECT * FROM tallies WHERE (instance_id, heartbeat) = ({me}, {await HeartbeatsAsync(me)})");

        pages.Should().BeLessThan(16, "2,000 versions of one row would be on many more pages");
        (await instance.Reader.CountAsync(CancellationToken.None)).Processing.Should().Be(batches);
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    private async Task<string> HeartbeatsAsync(long instance) =>
        (await Server.QueryAsync($"SELECT heartbeats FROM totals WHERE instance_id = {instance}")).Single();

    // A table this small would be read whole.
    private async Task<int> PagesOfAsync(string sql)
    {
        var plan = await Server.QueryAsync($"SET enable_seqscan = off; EXPLAIN (ANALYZE, BUFFERS) {sql}");
        var buffers = plan.First(line => line.Contains("Buffers: shared", StringComparison.Ordinal));
        return Number().Matches(buffers).Sum(match => int.Parse(match.Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("(?<=(hit|read)=)[0-9]+")]
    private static partial Regex Number();
}
