using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.PostgreSql;
using WebhookService.Infrastructure.Writing.Server;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
[Category("Long")]
internal sealed partial class PostgreSqlClaimTests : TransactionClaimContract
{
    private const string Claimant = "SELECT claimed_by FROM transactions WHERE transaction_id = 'theirs'";

    private PostgresDatabase Server => (PostgresDatabase)Database;

    [Test]
    public async Task Claim_PassesOver_WhatAnotherIsClaimingAtTheSameMoment()
    {
        const string claim = "UPDATE transactions SET claimed_by = 99 WHERE transaction_id = 'theirs'";
        var instance = await OpenAsync();
        await AddAsync(instance, ("theirs", 1), ("ours", 2));

        var claimed = await BesideAsync(claim, () => instance.ClaimAllAsync());

        claimed.Should().Equal("ours");
        (await Server.QueryAsync(Claimant)).Should().Equal("99");
    }

    [Test]
    public async Task ClaimDue_PassesOver_WhatAnotherIsClaimingAtTheSameMoment()
    {
        const string claim = "UPDATE transactions SET claimed_by = 99, next_attempt_at = NULL WHERE transaction_id = 'theirs'";
        var instance = (await OpenAsync()).WithoutBacklog();
        await AddAsync(instance, ("theirs", 1), ("ours", 2));
        foreach (var id in new[] { "theirs", "ours" })
        {
            await instance.Store.CompleteAsync(Completion.Again(id, 1, Attempts.At(At(3), AttemptOutcome.Faulted, "503"), At(4)));
        }

        var claimed = await BesideAsync(claim, async () => (await instance.Store.ClaimDueAsync(At(5), 10)).Ids());

        claimed.Should().Equal("ours");
        (await Server.QueryAsync(Claimant)).Should().Equal("99");
    }

    // A sweep runs in the transaction that carries adds, so what living instances hold must not cost it anything.
    [Test]
    public async Task Claim_ReadsNoRow_ThatALivingInstanceHolds()
    {
        await OpenAsync();
        await Server.ExecuteAsync("""
            INSERT INTO instances (started_at, heartbeat_at, expires_at)
            SELECT now(), now(), now() + interval '1 day' FROM generate_series(1, 50);
            INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts)
            SELECT instance_id, 0, 0, 0, 0, 0 FROM instances WHERE instance_id NOT IN (SELECT instance_id FROM totals);
            INSERT INTO transactions (
                transaction_id, source_account, destination_account, amount, currency, created_at, claimed_by, status, attempts)
            SELECT 'txn_' || n, 's', 'd', 1, 'EUR', now(), (SELECT max(instance_id) FROM instances) - n % 50, 'PROCESSING', 0
            FROM generate_series(1, 20000) AS n;
            ANALYZE
            """);

        var pages = await ReadPagesAsync();
        await Server.ExecuteAsync("UPDATE instances SET expires_at = now() - interval '1 day' WHERE instance_id % 50 = 7");
        var pagesOfTheDead = await ReadPagesAsync();

        pages.Should().BeLessThan(50, "20,000 rows would be hundreds of pages");
        pagesOfTheDead.Should().BeGreaterThan(pages, "otherwise, this test measures nothing");
    }

    // From a hundred thousand unfinished rows on, the server would compile each sweep first.
    [Test]
    public async Task Session_CompilesNoSweep()
    {
        var instance = await OpenAsync();
        var (options, instances) = (new DatabaseOptions(), new InstanceOptions());
        using var session = new ServerSession(
            new PostgreSqlDialect(DatabaseTarget.Parse(Server.Url).Address + ";Pooling=False"),
            options,
            instances,
            new InstanceLease(Options.Create(instances), instance.Clock),
            instance.Clock);

        await using var command = session.Connect().CreateCommand();
        command.CommandText = "SHOW jit";

        (await command.ExecuteScalarAsync()).Should().Be("off");
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

    private async Task<int> ReadPagesAsync()
    {
        var claim = new PostgreSqlDialect("").Claim(0, ClaimPosition.Start, 100, 0, mayTakeOver: true);
        var sql = claim.Sql
            .Replace("$1", "'-infinity'::timestamptz", StringComparison.Ordinal)
            .Replace("$2", "0", StringComparison.Ordinal)
            .Replace("$3", "100", StringComparison.Ordinal)
            .Replace("$4", "0", StringComparison.Ordinal)
            .Replace("$5", "true", StringComparison.Ordinal);
        var plan = await Server.QueryAsync($"EXPLAIN (ANALYZE, BUFFERS) {sql}");
        var buffers = plan.First(line => line.Contains("Buffers: shared", StringComparison.Ordinal));
        return Number().Matches(buffers).Sum(match => int.Parse(match.Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("(?<==)[0-9]+")]
    private static partial Regex Number();

    // The other transaction commits once the claim is made or, if the claim wrongly waits for it, once the claim waits.
    private async Task<IReadOnlyList<string>> BesideAsync(string other, Func<Task<IReadOnlyList<string>>> claim)
    {
        await using var transaction = await Server.BeginAsync(other);
        var claiming = claim();
        await Eventually.HoldsAsync(
            async () => claiming.IsCompleted || await Server.IsSomebodyWaitingAsync(), "the claim is made or waits");
        await transaction.ExecuteAsync("COMMIT");
        return await claiming.Soon();
    }
}
