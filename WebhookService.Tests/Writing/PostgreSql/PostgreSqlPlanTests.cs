using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.PostgreSql;
using WebhookService.Infrastructure.Writing.Server;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

/// <summary>
/// The rows that a batch changes are found by their ids, also in the first minute of a database, when PostgreSQL has no statistics
/// and takes a condition such as <c>status = 'PROCESSING'</c> for one that holds for one row.
/// </summary>
[TestFixture]
[Category("Long")]
internal sealed partial class PostgreSqlPlanTests : StoreContract
{
    private const int Rows = 20_000;
    private const int Batch = 200;
    private const long Instance = 1;

    private static readonly string[] Ids = [.. Enumerable.Range(1, Batch).Select(i => $"txn_{i}")];

    private static IEnumerable<TestCaseData> Statements()
    {
        var dialect = new PostgreSqlDialect("");
        yield return Case("Complete", dialect.Complete(
            0, [.. Ids.Select(id => Attempts.Finish(id, TransactionStatus.Processed, At(1)))], 5, Instance));
        yield return Case("Release", dialect.Release(0, [.. Ids.Select(id => new OrphanedClaim(id, 1))], Instance));
        yield return Case("Retry", dialect.History.Retry(0, [.. Ids.Select(id => new FailedRound(id, 1))], Instance));
        yield return Case("Prune", dialect.History.PruneContent(0, [.. Ids.Select(id => new PrunedContent(id, 1, [1]))], Instance));
    }

    [TestCaseSource(nameof(Statements))]
    public async Task Batch_IsFoundByItsIds_WithoutStatistics(string name, string sql, NpgsqlParameter[] parameters)
    {
        await OpenAsync();
        var state = name is "Complete" or "Release" ? "'PROCESSING', now(), NULL, 0" : "'FAILED', now(), now(), 1";
        await Database.ExecuteAsync($"""
            ALTER TABLE transactions SET (autovacuum_enabled = false);
            INSERT INTO transactions (transaction_id, source_account, destination_account, amount, currency, status, created_at,
                processed_at, attempts, claimed_by)
            SELECT 'txn_' || i, 'a', 'b', 1, 'INR', {state}, {Instance}
            FROM generate_series(1, {Rows}) AS i
            """);

        var plan = await ExplainAsync(sql, parameters);

        plan.Should().Contain(line => line.Contains("Index Cond: ((transaction_id)", StringComparison.Ordinal));
        plan.SelectMany(line => Discarded().Matches(line)).Sum(match => long.Parse(match.Value, CultureInfo.InvariantCulture))
            .Should().BeLessThan(10 * Batch, "no row is compared with the whole batch, or each of the batch with all rows");
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    private static TestCaseData Case(string name, ServerStatement statement) =>
        new TestCaseData(name, statement.Sql, statement.Parameters.Cast<NpgsqlParameter>().ToArray())
            .SetArgDisplayNames(name);

    private async Task<List<string>> ExplainAsync(string sql, NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(DatabaseTarget.Parse(((PostgresDatabase)Database).Url).Address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"EXPLAIN ANALYZE {sql}", connection);
        command.Parameters.AddRange(parameters);
        List<string> plan = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }

        return plan;
    }

    [GeneratedRegex("(?<=Rows Removed by .*: )[0-9]+")]
    private static partial Regex Discarded();
}
