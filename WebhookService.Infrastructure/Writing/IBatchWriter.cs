namespace WebhookService.Infrastructure.Writing;

/// <summary>Writes batches to one database. Called by one thread only, the one of <see cref="CommitLoop"/>.</summary>
internal interface IBatchWriter : IDisposable
{
    /// <summary>Connects, makes writes durable by default and registers this instance.</summary>
    /// <exception cref="CommitFailedException">The database cannot be written.</exception>
    void Open();

    /// <summary>
    /// Writes the batch in one transaction and leaves each request its result. When it returns, all of it is on disk.
    /// </summary>
    /// <param name="batch">What is written; nothing else may change it meanwhile.</param>
    /// <param name="topUp">
    /// Adds to the batch's adds, at their end, what arrived while the others were written; false when nothing did. A
    /// writer may call it until it commits: then those share the fsync, and need not wait for the one after it.
    /// </param>
    /// <exception cref="CommitFailedException">
    /// Nothing of the batch was written, unless the fault is <see cref="CommitFault.Unknown"/>.
    /// </exception>
    void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp);
}

/// <summary>What a failed commit means for the writes in it.</summary>
internal enum CommitFault
{
    /// <summary>Somebody else holds the database; the same batch is worth another try at once.</summary>
    Busy,

    /// <summary>This batch was refused and rolled back (disk full, I/O error); a later one may succeed.</summary>
    Rejected,

    /// <summary>
    /// A row of this batch was refused for what it is, and with it the whole batch; the others may be written without
    /// it.
    /// </summary>
    Row,

    /// <summary>
    /// The server went away while it had the batch: all of it is written, or nothing. Nothing may be acknowledged, and
    /// what it claimed has to be looked for.
    /// </summary>
    Unknown,

    /// <summary>
    /// What the disk holds is no longer known (fsync failed, file damaged): nothing may be acknowledged again.
    /// </summary>
    Fatal,
}

/// <summary>A batch that was not acknowledged.</summary>
internal sealed class CommitFailedException(CommitFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public CommitFault Fault { get; } = fault;

    /// <summary>Whether the same may succeed later as things are set: after a full disk, or a busy file.</summary>
    public bool MayPass { get; init; }
}
