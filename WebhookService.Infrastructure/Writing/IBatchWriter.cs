namespace WebhookService.Infrastructure.Writing;

/// <summary>Writes batches to one database. Called only by the thread of <see cref="CommitLoop"/>.</summary>
internal interface IBatchWriter : IDisposable
{
    /// <summary>Connects, makes writes durable by default and registers this instance.</summary>
    /// <exception cref="CommitFailedException">The database cannot be written.</exception>
    void Open();

    /// <summary>
    /// Writes the batch in one transaction and sets the outcome of each request. When it returns, the whole batch is on
    /// disk.
    /// </summary>
    /// <param name="batch">The batch; nothing else may change it during the call.</param>
    /// <param name="topUp">
    /// Appends the adds that arrived while the others were written; false when none did. A writer may call it until it
    /// commits, so that those adds share its fsync instead of waiting for the next.
    /// </param>
    /// <exception cref="CommitFailedException">
    /// Nothing of the batch was written, unless the fault is <see cref="CommitFault.Unknown"/>.
    /// </exception>
    void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp);
}

/// <summary>The consequence of a failed commit for its writes.</summary>
internal enum CommitFault
{
    /// <summary>
    /// Nothing was written, because of a lock, a deadlock or a lapsed registration; the same batch can be retried at
    /// once.
    /// </summary>
    Busy,

    /// <summary>This batch was rejected and rolled back (disk full, I/O error); a later one may succeed.</summary>
    Rejected,

    /// <summary>
    /// A row was rejected for its content, and the whole batch with it; the others may be written without it.
    /// </summary>
    Row,

    /// <summary>
    /// The connection was lost during the commit: the batch is written whole or not at all. Nothing may be
    /// acknowledged, and its claims may be orphaned.
    /// </summary>
    Unknown,

    /// <summary>
    /// The content of the disk is no longer known (fsync failed, file damaged): nothing may be acknowledged again.
    /// </summary>
    Fatal,
}

/// <summary>A batch that was not acknowledged.</summary>
internal sealed class CommitFailedException(CommitFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public CommitFault Fault { get; } = fault;

    /// <summary>Whether a retry may succeed with the same settings: after a full disk, or a busy file.</summary>
    public bool IsTransient { get; init; }
}
