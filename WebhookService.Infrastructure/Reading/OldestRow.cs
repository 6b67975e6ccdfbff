using Microsoft.EntityFrameworkCore;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Finds the oldest row of one index of unfinished rows, again and again.</summary>
/// <remarks>
/// While an old snapshot is open, PostgreSQL keeps an index entry for each row that has been finished since, and a
/// search from the beginning reads them all: 110 ms for a million. So each search begins where the one before it ended.
/// A row that is older and came later (a retry, or one that waited in an inbox) is found by the search of everything, a
/// minute later at most.
/// </remarks>
internal sealed class OldestRow(TimeProvider clock)
{
    private static readonly TimeSpan _wholeInterval = TimeSpan.FromMinutes(1);

    // A row is stored a little after its time of receipt, which is that of another machine's clock.
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(10);

    // Replaced as a whole: several requests may search at once, and any of their results is a good start.
    private Search _last = new(DateTimeOffset.MinValue, null);

    /// <summary>The time of receipt of the oldest row; null when there is none.</summary>
    public async Task<DateTimeOffset?> FindAsync(IQueryable<Transaction> rows, CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _last);
        var now = clock.GetUtcNow();
        var isWhole = last.WholeAt is not { } at || clock.GetElapsedTime(at) >= _wholeInterval;
        var from = isWhole ? DateTimeOffset.MinValue : last.From;
        var wholeAt = isWhole ? clock.GetTimestamp() : last.WholeAt;
        var oldest = await rows
            .Where(t => t.CreatedAt >= from)
            .OrderBy(t => t.CreatedAt)
            .ThenBy(t => t.Sequence)
            .Select(t => (DateTimeOffset?)t.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        Volatile.Write(ref _last, new Search(oldest ?? now - _late, wholeAt));
        return oldest;
    }

    private sealed record Search(DateTimeOffset From, long? WholeAt);
}
