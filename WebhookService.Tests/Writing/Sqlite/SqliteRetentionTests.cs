using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteRetentionTests : RetentionContract
{
    // An unhandled exception in a background service would end the process.
    [Test]
    public async Task Prune_TriesAgain_WhenARowCannotBeRead()
    {
        var instance = (await OpenAsync(("Retention:ContentAge", "00:00:01"))).WithoutBacklog();
        foreach (var id in new[] { "broken", "good" })
        {
            await instance.Store.AddAsync(Row(id));
            await instance.Store.CompleteAsync(Done(id));
        }

        var file = (SqliteFile)Database;
        file.Execute("UPDATE transactions SET status = 'NONSENSE' WHERE transaction_id = 'broken'");
        instance.Clock.Advance(TimeSpan.FromDays(1));
        var running = instance.StartPruning();
        for (var round = 0; round < 2; round++)
        {
            await instance.Clock.ArmedAsync(Interval);
            instance.Clock.Advance(Interval);
        }

        await instance.Clock.ArmedAsync(Interval);
        running.IsCompleted.Should().BeFalse();
        file.Execute("UPDATE transactions SET status = 'PROCESSED' WHERE transaction_id = 'broken'");
        instance.Clock.Advance(Interval);

        await Eventually.HoldsAsync(
            async () => (await instance.Reader.FindAsync("good", CancellationToken.None))!.IsPruned, "the row is pruned");
    }

    [Test]
    public async Task Prune_ComesALittleEarlier_ByChance()
    {
        await using var instance = new StoreFixture(
            Database.Url, [], services => services.AddSingleton<Random>(new FixedRandom(0.5)));
        await instance.StartAsync();

        _ = instance.StartPruning();

        await instance.Clock.ArmedAsync(Interval * 0.9);
    }

    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
