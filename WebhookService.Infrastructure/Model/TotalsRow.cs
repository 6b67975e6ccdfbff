namespace WebhookService.Infrastructure.Model;

/// <summary>
/// What an instance has done since the first day, counted in the transactions that did it. An instance has a row of its
/// own, so that none waits for another; those of instances long gone are added up in row 0.
/// </summary>
internal sealed class TotalsRow
{
    public long InstanceId { get; init; }

    public long Accepted { get; init; }

    public long Processed { get; init; }

    public long Failed { get; init; }

    /// <summary>Taken back from FAILED.</summary>
    public long Retried { get; init; }

    public long Conflicts { get; init; }
}
