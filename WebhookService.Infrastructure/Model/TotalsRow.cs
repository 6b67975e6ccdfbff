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
}
