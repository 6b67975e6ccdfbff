using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlClaimTests : TransactionClaimContract
{
    [Test]
    public async Task Claim_PassesOver_WhatAnotherIsClaimingAtTheSameMoment()
    {
        const string claim = "UPDATE transactions SET claimed_by = 99 WHERE transaction_id = 'theirs'";
        const string claimant = "SELECT claimed_by FROM transactions WHERE transaction_id = 'theirs'";
        var instance = await OpenAsync();
        await AddAsync(instance, ("theirs", 1), ("ours", 2));
        await using var other = new NpgsqlConnection($"{DatabaseTarget.Parse(Database.Url).Address};Pooling=False");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(claim, other, transaction);
        await command.ExecuteNonQueryAsync();

        var claimed = await instance.ClaimAllAsync();
        await transaction.CommitAsync();

        claimed.Should().Equal("ours");
        (await ((PostgresDatabase)Database).QueryAsync(claimant)).Should().Equal("99");
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

        await using var other = await ((PostgresDatabase)Database).BeginAsync(claim);
        var claiming = instance.Store.ClaimDueAsync(At(5), 10).AsTask();
        await Eventually.HoldsAsync(
            async () => claiming.IsCompleted || await ((PostgresDatabase)Database).IsSomebodyWaitingAsync(), "it has looked");
        await other.ExecuteAsync("COMMIT");

        (await claiming.Soon()).Ids().Should().Equal("ours");
    }

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
