using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
public sealed class PostgreSqlClaimTests : TransactionClaimContract
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

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();

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
