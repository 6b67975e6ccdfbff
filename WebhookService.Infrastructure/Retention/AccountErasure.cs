using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Retention;

/// <summary>Erases what is kept of an account, a small batch at a time; the ids of its transactions stay.</summary>
public sealed class AccountErasure
{
    // More than any database of this service has.
    private const int Everything = 2_000_000_000;

    private readonly ITransactionReader _reader;
    private readonly IEventReader _events;
    private readonly IQuarantine _quarantine;
    private readonly WriteQueue _writes;
    private readonly int _batch;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _clock;

    internal AccountErasure(
        (ITransactionReader Transactions, IEventReader Events) readers,
        IQuarantine quarantine,
        WriteQueue writes,
        StoreLimits limits,
        OperationsOptions options,
        TimeProvider clock)
    {
        (_reader, _events) = readers;
        _quarantine = quarantine;
        _writes = writes;
        _batch = limits.Retention.Batch;
        _duration = options.RetryDuration;
        _clock = clock;
    }

    /// <summary>
    /// Erases the content of the account's finished transactions, conflicting contents with the account, and
    /// quarantined bodies in which it occurs, for <c>Operations:RetryDuration</c> at most.
    /// </summary>
    /// <param name="account">Exactly as it was sent.</param>
    /// <param name="cancellationToken">Ends the run between two batches.</param>
    /// <exception cref="StoreUnavailableException">The store failed; some may have been erased.</exception>
    public async Task<ErasedAccount> RunAsync(string account, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        bool IsOver() => _clock.GetElapsedTime(start) >= _duration;
        TransactionQuery[] sides = [new() { SourceAccount = account }, new() { DestinationAccount = account }];
        var transactions = 0L;
        foreach (var side in sides)
        {
            foreach (var status in new[] { TransactionStatus.Processed, TransactionStatus.Failed })
            {
                transactions += await PruneAsync(side with { Status = status }, IsOver, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        var conflicts = await PruneConflictsAsync(account, IsOver, cancellationToken).ConfigureAwait(false);
        var events = await PruneQuarantineAsync(account, IsOver, cancellationToken).ConfigureAwait(false);
        var unfinished = new TransactionQuery { Status = TransactionStatus.Processing, Limit = Everything };
        var both = await _reader.CountAsync(
            unfinished with { SourceAccount = account, DestinationAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        var left = await _reader.CountAsync(unfinished with { SourceAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        var right = await _reader.CountAsync(unfinished with { DestinationAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        return new ErasedAccount(transactions, left + right - both, conflicts, events, IsOver());
    }

    private async Task<int> PruneAsync(
        TransactionQuery query, Func<bool> isOver, CancellationToken cancellationToken)
    {
        var pruned = 0;
        var page = query with { Limit = _batch };
        while (!isOver())
        {
            var rows = await _reader.ListAsync(page, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                break;
            }

            var last = PageCursor.Of(rows[Math.Min(rows.Count, _batch) - 1]);
            pruned += await _writes.Enqueue(
                new PruneContentRequest([.. rows.Take(_batch).Select(row => row.Prune())])).ConfigureAwait(false);
            if (rows.Count <= _batch)
            {
                break;
            }

            page = page with { After = last };
        }

        return pruned;
    }

    private async Task<int> PruneConflictsAsync(
        string account, Func<bool> isOver, CancellationToken cancellationToken)
    {
        var pruned = 0;
        while (!isOver())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = await _writes.Enqueue(new PruneConflictsRequest(account, _batch)).ConfigureAwait(false);
            pruned += count;
            if (count < _batch)
            {
                break;
            }
        }

        return pruned;
    }

    private async Task<int> PruneQuarantineAsync(
        string account, Func<bool> isOver, CancellationToken cancellationToken)
    {
        var pruned = 0;
        long? before = null;
        while (!isOver())
        {
            var page = await _events.ListQuarantineAsync(null, before, _batch, cancellationToken)
                .ConfigureAwait(false);
            foreach (var entry in page.Take(_batch))
            {
                before = entry.Id;
                if (await _events.FindQuarantinedAsync(entry.Id, cancellationToken).ConfigureAwait(false) is { } kept
                    && AccountText.IsIn(kept.Payload.Body.Span, account)
                    && await _quarantine.RemoveAsync(entry.Id).ConfigureAwait(false))
                {
                    pruned++;
                }
            }

            if (page.Count <= _batch)
            {
                break;
            }
        }

        return pruned;
    }
}
