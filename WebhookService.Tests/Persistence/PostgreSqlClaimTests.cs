using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Infrastructure.Persistence;

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

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
