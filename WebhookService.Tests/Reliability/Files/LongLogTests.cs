using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>A long-running read of the database prevents the log from being emptied.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class LongLogTests
{
    private const long Limit = 64 * 1_048_576;

    private readonly TempDirectory _directory = new();

    private long LogSize => new FileInfo(_directory.Database + "-wal").Length;

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task Log_CausesOneWarning_AndShrinksAgain_WhenAReaderHoldsASnapshotAndEnds()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Processing__Delay", "00:00:00"));
        await using (var reader = DatabaseFile.Open(_directory))
        {
            reader.Execute("BEGIN; SELECT count(*) FROM transactions");
            await PostUntilAsync(service, () => LogSize > Limit + (Limit / 8), "long");
            await PostUntilAsync(service, () => Complaints(service) > 0, "complaint");
        }

        await PostUntilAsync(service, () => LogSize <= Limit, "short");

        Complaints(service).Should().Be(1);
    }

    private int Complaints(ServiceProcess service) => service.Output.Split($"{_directory.Database}-wal has grown").Length - 1;

    private static async Task PostUntilAsync(ServiceProcess service, Func<bool> isReached, string prefix)
    {
        using var stop = new CancellationTokenSource();
        var posting = new Load(service.Client, prefix).PostUntilAsync(stop.Token, connections: 4);
        try
        {
            await Eventually.HoldsAsync(isReached, $"the log reaches the state of the phase {prefix}");
        }
        finally
        {
            await stop.CancelAsync();
            await posting;
        }
    }
}
