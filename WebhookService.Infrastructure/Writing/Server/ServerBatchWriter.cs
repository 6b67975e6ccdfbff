using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>Writes to a database server: a batch is one round trip and one transaction.</summary>
/// <remarks>
/// Statements run in one order everywhere (lease, adds by id, completions, quarantine, claims), so that instances that
/// write the same ids at the same time wait for each other instead of deadlocking.
/// </remarks>
internal sealed class ServerBatchWriter(
    IServerDialect dialect,
    DatabaseOptions options,
    InstanceOptions instanceOptions,
    StoreLimits limits,
    InstanceLease lease,
    TimeProvider clock) : IBatchWriter
{
    private const string Forgotten =
        "The server has forgotten this instance, gone for longer than Instance__Retention; it registers again.";

    private readonly ServerSession _session = new(dialect, options, instanceOptions, lease, clock);
    private readonly ServerRoundTrip _roundTrip = new(dialect);
    private readonly ServerAdds _adds = new(dialect, limits.Retention);
    private readonly ServerCompletions _completions = new(dialect);
    private readonly ServerQuarantine _quarantine = new();

    public void Open() => _session.Connect();

    public void Commit(WriteBatch batch, Func<WriteBatch, bool> topUp)
    {
        var connection = _session.Connect();
        var instance = _session.Instance!.Value;
        var isWritten = false;
        try
        {
            var sentAt = clock.GetTimestamp();
            var isRenewal = Plan(batch, instance);
            _roundTrip.Run(connection);
            isWritten = true;
            _adds.Complete(connection, instance);
            _completions.RecognizeRepeats(connection, instance);
            if (isRenewal)
            {
                lease.Renew(sentAt);
            }
        }
        catch (Exception exception)
        {
            // Drivers throw more than they document. An error the dialect does not know is Unknown: a new connection.
            throw isWritten ? Lost(exception) : Failed(exception);
        }
    }

    public void Dispose() => _session.Dispose();

    private CommitFailedException Failed(Exception exception)
    {
        if (dialect.Instances.IsForgotten(exception))
        {
            // Nothing of the batch was written. It is retried under this instance's next number.
            _session.Forget();
            return new CommitFailedException(CommitFault.Busy, Forgotten, exception);
        }

        var fault = dialect.Classify(exception);
        return fault == CommitFault.Unknown
            ? Lost(exception)
            : new CommitFailedException(fault, StoreFault.Describe(exception), exception);
    }

    private CommitFailedException Lost(Exception exception)
    {
        _session.Disconnect();
        return new CommitFailedException(CommitFault.Unknown, StoreFault.Describe(exception), exception);
    }

    /// <summary>Composes the round trip; returns whether it renews the lease.</summary>
    private bool Plan(WriteBatch batch, long instance)
    {
        _roundTrip.Clear();
        _roundTrip.Add(index => dialect.Instances.Confirm(index, instance), _ => { });
        var isRenewal = lease.IsDue || batch.Others.Exists(request => request is ProbeRequest);
        if (isRenewal)
        {
            _roundTrip.Add(index => dialect.Instances.Renew(index, instanceOptions.LeaseDuration, instance), _ => { });
        }

        if (_adds.Begin(batch.Adds) is { Count: > 0 } rows)
        {
            _roundTrip.Add(index => dialect.Add(index, rows, instance), _adds.ReadAdded);
        }

        if (_completions.Begin(batch.Others) is { Count: > 0 } completions)
        {
            _roundTrip.Add(
                index => dialect.Complete(index, completions, limits.Retention.MaxAttempts, instance),
                _completions.ReadApplied);
        }

        if (_quarantine.Begin(batch.Others) is { Count: > 0 } events)
        {
            _roundTrip.Add(
                index => dialect.Quarantine.Add(index, events, limits.Quarantine.MaxRows), _quarantine.Read);
        }

        foreach (var request in batch.Others)
        {
            PlanOther(request, instance);
        }

        return isRenewal;
    }

    private void PlanOther(WriteRequest request, long instance)
    {
        switch (request)
        {
            case ClaimRequest claim:
                _roundTrip.Add(
                    index => dialect.Claim(index, claim.After, claim.Limit, instance, lease.MayTakeOver),
                    reader => claim.Outcome = ServerRoundTrip.ReadPage(reader, claim.After));
                break;
            case ClaimDueRequest claim:
                _roundTrip.Add(
                    index => dialect.ClaimDue(index, claim.Now, claim.Limit, instance),
                    reader => claim.Outcome = ServerRoundTrip.ReadClaimed(reader));
                break;
            case RetryRequest retry:
                _roundTrip.Add(
                    index => dialect.History.Retry(index, retry.Rounds, instance),
                    reader => retry.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case DismissRequest dismiss:
                _roundTrip.Add(
                    index => dialect.History.Dismiss(index, dismiss.Rounds, dismiss.Dismissal, instance),
                    reader => dismiss.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneConflictsRequest prune:
                _roundTrip.Add(
                    index => dialect.History.PruneConflicts(index, prune.Account, prune.Limit),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneContentRequest prune:
                _roundTrip.Add(
                    index => dialect.History.PruneContent(index, prune.Rows, instance),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneAttemptsRequest prune:
                _roundTrip.Add(
                    index => dialect.History.PruneAttempts(index, prune.Before, prune.Limit),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case RemoveQuarantinedRequest remove:
                _roundTrip.Add(
                    index => dialect.Quarantine.Remove(index, remove.Id),
                    reader => remove.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case PruneQuarantineRequest prune:
                _roundTrip.Add(
                    index => dialect.Quarantine.Prune(index, prune.Before, prune.Limit),
                    reader => prune.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case AuditRequest audit:
                _roundTrip.Add(
                    index => dialect.History.Record(index, audit.Entry),
                    reader => audit.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case RecordSampleRequest sample:
                _roundTrip.Add(
                    index => dialect.History.RecordSample(index, sample),
                    reader => sample.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case AlertRequest alert:
                _roundTrip.Add(
                    index => dialect.History.StoreAlert(index, alert.State),
                    reader => alert.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ReleaseRequest release:
                _roundTrip.Add(
                    index => dialect.Release(index, release.Limit, instance),
                    reader => release.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ReleaseOrphansRequest orphans:
                _roundTrip.Add(
                    index => dialect.Release(index, orphans.Claims, instance),
                    reader => orphans.Outcome = (int)ServerRoundTrip.ReadNumber(reader));
                break;
            case ProbeRequest probe:
                probe.Outcome = StoreHealth.Healthy;
                break;
        }
    }
}
