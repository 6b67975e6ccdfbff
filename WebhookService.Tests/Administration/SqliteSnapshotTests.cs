using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Administration;

[TestFixture]
internal sealed class SqliteSnapshotTests
{
    // Fields of the log's index, in pages: https://www.sqlite.org/walformat.html#the_wal_index_file_format
    private const int LengthOffset = 16;
    private const int MovedOffset = 96;

    private readonly SqliteFile _file = new();

    [TearDown]
    public async Task DeleteAsync() => await _file.DisposeAsync();

    [Test]
    public async Task End_CheckpointsTheLog_SoThatNoCommitHasTo()
    {
        await using var instance = await new StoreFixture(_file.Url, []).StartAsync();
        using var snapshot = SqliteSnapshot.Take(_file.Path);
        for (var i = 0; i < 2_000 && Log(LengthOffset) - Log(MovedOffset) <= 1_200; i++)
        {
            await instance.Store.AddAsync(Row($"txn_{i}"));
        }

        (Log(LengthOffset) - Log(MovedOffset)).Should().BeGreaterThan(1_200, "the snapshot blocks the checkpoint");
        Count(snapshot.Connection).Should().Be(0, "the snapshot does not change");

        snapshot.End();

        (Log(LengthOffset) - Log(MovedOffset)).Should().BeLessThanOrEqualTo(1_000);
        (await instance.Store.AddAsync(Row("last"))).Should().Be(AddOutcome.Added);
    }

    [Test]
    public async Task Take_CannotWrite()
    {
        await using var instance = await new StoreFixture(_file.Url, []).StartAsync();
        using var snapshot = SqliteSnapshot.Take(_file.Path);
        using var command = snapshot.Connection.CreateCommand();
        command.CommandText = "DELETE FROM totals";

        command.Invoking(delete => delete.ExecuteNonQuery()).Should().Throw<SqliteException>().WithMessage("*readonly*");
    }

    private uint Log(int offset)
    {
        using var index = new FileStream(_file.Path + "-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var number = new byte[4];
        index.Position = offset;
        index.ReadExactly(number);
        return BitConverter.ToUInt32(number);
    }

    private static long Count(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM transactions";
        return (long)command.ExecuteScalar()!;
    }

    private static Transaction Row(string id) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin);
}
