using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.Server;

/// <summary>Writes to a database server: a batch is one round trip and one transaction.</summary>
/// <remarks>
/// Statements go in one order everywhere (lease, adds by id, completions, claims), so that instances that write the
/// same ids at the same time wait for each other instead of deadlocking.
/// </remarks>
internal sealed class ServerBatchWriter(
    IServerDialect dialect,
    DatabaseOptions options,
    InstanceOptions instanceOptions,
    RetentionOptions retention,
    InstanceLease lease,
    TimeProvider clock) : IBatchWriter
{
    private readonly ServerSession _session = new(dialect, options, instanceOptions, lease, clock);
    private readonly ServerRoundTrip _roundTrip = new(dialect);
    private readonly ServerAdds _adds = new(dialect, retention);

    public void Open() => _session.Connect();

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var connection = _session.Connect();
        var instance = _session.Instance!.Value;
        var isWritten = false;
        try
        {
            var sentAt = clock.GetTimestamp();
            var renewed = Plan(batch, instance);
            _roundTrip.Run(connection);
            isWritten = true;
            _adds.Settle(connection, instance);
            if (renewed.Rows is { } rows)
            {
                _session.Renewed(sentAt, rows);
            }
        }
        catch (Exception exception)
        {
            // Drivers throw more than they document. What the dialect does not know is Unknown: a new connection.
            var fault = isWritten ? CommitFault.Unknown : dialect.Classify(exception);
            if (fault == CommitFault.Unknown)
            {
                _session.Disconnect();
            }

            throw new CommitFailedException(fault, StoreFault.Describe(exception), exception);
        }
    }

    public void Dispose() => _session.Dispose();

    private Renewal Plan(WriteBatch batch, long instance)
    {
        var renewal = new Renewal();
        _roundTrip.Clear();
        if (lease.IsDue || batch.Others.Exists(request => request is ProbeRequest))
        {
            _roundTrip.Add(
                place => dialect.Instances.Renew(place, instanceOptions.LeaseDuration, instance),
                reader => renewal.Rows = ServerRoundTrip.ReadNumber(reader));
        }

        if (_adds.Begin(batch.Adds) is { Count: > 0 } rows)
        {
            _roundTrip.Add(place => dialect.Add(place, rows, instance), _adds.ReadAdded);
        }

        PlanCompletions([.. batch.Others.OfType<CompleteRequest>()], instance);
        foreach (var request in batch.Others)
        {
            PlanOther(request, instance);
        }

        return renewal;
    }

    private void PlanCompletions(List<CompleteRequest> requests, long instance)
    {
        if (requests.Count == 0)
        {
            return;
        }

        _roundTrip.Add(
            place => dialect.Complete(
                place, requests.ConvertAll(request => request.Completion), retention.MaxAttempts, instance),
            reader =>
            {
                var applied = ServerRoundTrip.ReadTexts(reader);
                foreach (var request in requests)
                {
                    request.Outcome = applied.Remove(request.Completion.TransactionId)
                        ? TransitionOutcome.Applied
                        : TransitionOutcome.Superseded;
                }
            });
    }

    private void PlanOther(WriteRequest request, long instance)
    {
        switch (request)
        {
            case ClaimRequest claim:
                _roundTrip.Add(
                    place => dialect.Claim(place, claim.After, claim.Limit, instance, lease.MayTakeOver),
                    reader => claim.Outcome = ServerRoundTrip.ReadPage(reader, claim.After));
                break;
            case ClaimDueRequest claim:
                _roundTrip.Add(
                    place => dialect.ClaimDue(place, claim.Now, claim.Limit, instance),
                    reader => claim.Outcome = ServerRoundTrip.ReadClaimed(reader));
                break;
            case RetryRequest retry:
                _roundTrip.Add(
                    place => dialect.History.Retry(place, retry.TransactionIds, instance),
                    reader => retry.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneContentRequest prune:
                _roundTrip.Add(
                    place => dialect.History.PruneContent(place, prune.Rows),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneAttemptsRequest prune:
                _roundTrip.Add(
                    place => dialect.History.PruneAttempts(place, prune.Sequences, prune.Before),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ReleaseRequest release:
                _roundTrip.Add(
                    place => dialect.Release(place, release.Limit, instance),
                    reader => release.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ReleaseStraysRequest strays:
                _roundTrip.Add(
                    place => dialect.Release(place, strays.TransactionIds, instance),
                    reader => strays.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ProbeRequest probe:
                probe.Outcome = StoreHealth.Healthy;
                break;
        }
    }

    /// <summary>How many rows the heartbeat of a batch renewed; null when it had none.</summary>
    private sealed class Renewal
    {
        public long? Rows { get; set; }
    }
}
