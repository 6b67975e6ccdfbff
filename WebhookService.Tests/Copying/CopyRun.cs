using WebhookService.Infrastructure.Copying;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Copying;

/// <summary>Runs the copy as the command does, with a clock that may stop it at a given point.</summary>
internal static class CopyRun
{
    /// <summary>Copies; returns the number of differences and the lines that were reported.</summary>
    public static async Task<(long Differences, List<string> Lines)> RunAsync(
        string from, string to, Func<string, bool>? stopsAt = null, int? stopsAfter = null, int rowsAtOnce = 2)
    {
        await using var source = new StoreFixture(from, []);
        await using var target = new StoreFixture(to, []);
        using var stop = new CancellationTokenSource();
        List<string> lines = [];
        var copy = new DatabaseCopy(
            new CopyEnd(source.Get<IServiceProvider>()),
            new CopyEnd(target.Get<IServiceProvider>()),
            new StoppingClock(stop, stopsAfter ?? int.MaxValue),
            line =>
            {
                lines.Add(line);
                if (stopsAt?.Invoke(line) == true)
                {
                    stop.Cancel();
                }
            },
            rowsAtOnce);
        return (await copy.RunAsync(stop.Token), lines);
    }

    /// <summary>Copies as the command does, and expects it to be refused.</summary>
    public static async Task RefusedAsync(string from, string to)
    {
        await using var source = new StoreFixture(from, []);
        await using var target = new StoreFixture(to, []);
        await CopyCommands.CopyDatabaseAsync(source.Get<IServiceProvider>(), target.Get<IServiceProvider>(), _ => { }, default);
    }

    /// <summary>Cancels when the time was asked for so many times: about once for each chunk.</summary>
    private sealed class StoppingClock(CancellationTokenSource stop, int after) : TimeProvider
    {
        private int _asked;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _asked) == after)
            {
                stop.Cancel();
            }

            return base.GetTimestamp();
        }
    }
}
