namespace WebhookService.Infrastructure.Model;

/// <summary>
/// The totals of an instance, counted in the transactions that change them. Each instance has its own row, so that none
/// waits for another; row 0 has the sums of deleted instances.
/// </summary>
internal sealed class TotalsRow
{
    public long InstanceId { get; init; }

    public long Accepted { get; init; }

    public long Processed { get; init; }

    public long Failed { get; init; }

    /// <summary>Set back from FAILED to PROCESSING.</summary>
    public long Retried { get; init; }

    public long Conflicts { get; init; }

    /// <summary>Dismissed, less those taken back or retried: negative where another instance dismissed them.</summary>
    public long Dismissed { get; init; }
}

/// <summary>
/// The counts of an instance since its latest heartbeat, on PostgreSQL. The next heartbeat adds them to the totals.
/// </summary>
/// <remarks>
/// Each batch updates the counts, and each update leaves a version of their row behind, which stays as long as any
/// snapshot of the database is older. To find a row by its key is to read all of its versions. A row that lives from
/// one heartbeat to the next has few, however old a snapshot is.
/// </remarks>
internal sealed class TallyRow
{
    public long InstanceId { get; init; }

    /// <summary>The number of the heartbeat, as <c>totals</c> counts them.</summary>
    public long Heartbeat { get; init; }

    public long Accepted { get; init; }

    public long Processed { get; init; }

    public long Failed { get; init; }

    public long Retried { get; init; }

    public long Conflicts { get; init; }
}
