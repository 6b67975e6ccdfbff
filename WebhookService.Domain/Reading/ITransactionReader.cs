namespace WebhookService.Domain.Reading;

/// <summary>Queries of the store. Reads never wait for writes.</summary>
internal interface ITransactionReader
{
    /// <summary>The transaction with this id, or null.</summary>
    /// <remarks>What awaits it may run on a thread that answers clients, and must not block.</remarks>
    /// <exception cref="StoreUnavailableException">The store could not be read, which is not the same as
    /// null.</exception>
    Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>
    /// One page, newest first; at most <see cref="TransactionQuery.Limit"/> rows, plus one if there are more.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read, or the filter took longer than
    /// allowed.</exception>
    Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// How many rows a filter finds: at most <see cref="TransactionQuery.Limit"/>, plus one if there are more.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read, or the filter took longer than
    /// allowed.</exception>
    Task<long> CountAsync(TransactionQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Failed transactions that are not dismissed, by the reason, the status code of the last attempt and the source:
    /// the largest groups first, at most <paramref name="limit"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The attempts kept for a transaction, in order; null when the id is unknown.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<IReadOnlyList<RecordedAttempt>?> FindAttemptsAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>
    /// The conflicts kept for a transaction, in the order of their first receipt; null when the id is unknown.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<IReadOnlyList<RecordedConflict>?> FindConflictsAsync(
        string transactionId, CancellationToken cancellationToken);

    /// <summary>The counts, at a cost that does not depend on the number of rows.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<StoreTotals> CountAsync(CancellationToken cancellationToken);

    /// <summary>The instances that share the store, the latest start first, including recently dead ones.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<IReadOnlyList<RecordedInstance>> ListInstancesAsync(CancellationToken cancellationToken);
}

/// <summary>A filter and a page of the list. A null member does not filter.</summary>
internal sealed record TransactionQuery
{
    public TransactionStatus? Status { get; init; }

    public string? SourceAccount { get; init; }

    public string? DestinationAccount { get; init; }

    /// <summary>Earliest time of receipt, inclusive.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Latest time of receipt, exclusive.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>An ISO 4217 code, in upper case.</summary>
    public string? Currency { get; init; }

    /// <summary>Lowest amount, inclusive.</summary>
    public decimal? AmountMin { get; init; }

    /// <summary>Highest amount, inclusive.</summary>
    public decimal? AmountMax { get; init; }

    /// <summary>A text that the reason of the failure contains.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Whether other content was received under the id.</summary>
    public bool? HasConflict { get; init; }

    /// <summary>Whether it is dismissed.</summary>
    public bool? IsDismissed { get; init; }

    /// <summary>The name of a source; <see cref="SourceEvent.PlainSource"/> for this service's own format.</summary>
    public string? Source { get; init; }

    /// <summary>Rows on the page, or the most to count.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>The last row of the previous page; null for the first page.</summary>
    public PageCursor? After { get; init; }
}

/// <summary>A row's position in the list: by time of receipt, then by sequence, both descending.</summary>
internal readonly record struct PageCursor(DateTimeOffset CreatedAt, long Sequence)
{
    /// <summary>The position of a row.</summary>
    public static PageCursor Of(Transaction row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new PageCursor(row.CreatedAt, row.Sequence);
    }
}
