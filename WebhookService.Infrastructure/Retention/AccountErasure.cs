using System.Runtime.ExceptionServices;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Retention;

/// <summary>Erases what is kept of an account, a small batch at a time; the ids of its transactions stay.</summary>
internal sealed class AccountErasure
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
    /// <returns>What was erased, also when the run ended early after something was.</returns>
    /// <exception cref="StoreUnavailableException">The store failed before anything was erased.</exception>
    public async Task<ErasedAccount> RunAsync(string account, CancellationToken cancellationToken)
    {
        var erased = new Progress();
        try
        {
            return await RunAsync(account, erased, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (
            erased.HasBegun && failure is (StoreUnavailableException or OperationCanceledException))
        {
            return erased.ToResult(0, true, ExceptionDispatchInfo.Capture(failure));
        }
    }

    private async Task<ErasedAccount> RunAsync(
        string account, Progress erased, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        bool IsOver() => _clock.GetElapsedTime(start) >= _duration;
        TransactionQuery[] sides = [new() { SourceAccount = account }, new() { DestinationAccount = account }];
        foreach (var side in sides)
        {
            foreach (var status in new[] { TransactionStatus.Processed, TransactionStatus.Failed })
            {
                await PruneAsync(side with { Status = status }, erased, IsOver, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        await PruneConflictsAsync(account, erased, IsOver, cancellationToken).ConfigureAwait(false);
        await PruneQuarantineAsync(account, erased, IsOver, cancellationToken).ConfigureAwait(false);
        var unfinished = new TransactionQuery { Status = TransactionStatus.Processing, Limit = Everything };
        var both = await _reader.CountAsync(
            unfinished with { SourceAccount = account, DestinationAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        var left = await _reader.CountAsync(unfinished with { SourceAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        var right = await _reader.CountAsync(unfinished with { DestinationAccount = account }, cancellationToken)
            .ConfigureAwait(false);
        return erased.ToResult(left + right - both, IsOver());
    }

    private async Task PruneAsync(
        TransactionQuery query, Progress erased, Func<bool> isOver, CancellationToken cancellationToken)
    {
        var page = query with { Limit = _batch };
        while (!isOver())
        {
            var rows = await _reader.ListAsync(page, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                break;
            }

            var last = PageCursor.Of(rows[Math.Min(rows.Count, _batch) - 1]);
            erased.Transactions += await _writes.Enqueue(
                new PruneContentRequest([.. rows.Take(_batch).Select(row => row.Prune())])).ConfigureAwait(false);
            if (rows.Count <= _batch)
            {
                break;
            }

            page = page with { After = last };
        }
    }

    private async Task PruneConflictsAsync(
        string account, Progress erased, Func<bool> isOver, CancellationToken cancellationToken)
    {
        while (!isOver())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = await _writes.Enqueue(new PruneConflictsRequest(account, _batch)).ConfigureAwait(false);
            erased.Conflicts += count;
            if (count < _batch)
            {
                break;
            }
        }
    }

    private async Task PruneQuarantineAsync(
        string account, Progress erased, Func<bool> isOver, CancellationToken cancellationToken)
    {
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
                    erased.Quarantined++;
                }
            }

            if (page.Count <= _batch)
            {
                break;
            }
        }
    }

    private sealed class Progress
    {
        public long Transactions { get; set; }

        public long Conflicts { get; set; }

        public long Quarantined { get; set; }

        public bool HasBegun => Transactions + Conflicts + Quarantined > 0;

        public ErasedAccount ToResult(long unfinished, bool hasMore, ExceptionDispatchInfo? failure = null) =>
            new(Transactions, unfinished, Conflicts, Quarantined, hasMore, failure);
    }
}
