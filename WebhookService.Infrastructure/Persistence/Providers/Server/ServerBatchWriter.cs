using System.Data;
using System.Data.Common;
using System.Globalization;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.Server;

/// <summary>The connection that writes to a database server: a batch is one round trip and one transaction.</summary>
/// <remarks>
/// Statements go in one order everywhere (lease, adds by id, completions, claims), so that instances that write the
/// same ids at the same time wait for each other instead of deadlocking.
/// </remarks>
internal sealed class ServerBatchWriter(
    IServerDialect dialect, DatabaseOptions options, InstanceOptions instanceOptions, InstanceLease lease, TimeProvider clock)
    : IBatchWriter
{
    private readonly List<(ServerStatement Statement, Action<DbDataReader> Read)> _steps = [];
    private readonly ServerAdds _adds = new(dialect);
    private DbConnection? _connection;
    private long? _instance;
    private long _lastAttempt;
    private string? _connectFault;

    public void Open() => Connect();

    public void Commit(WriteBatch batch)
    {
        Connect();
        var connection = _connection!;
        try
        {
            var instance = _instance ?? throw new InvalidOperationException("The instance is not registered.");
            var renewedAt = Plan(batch, instance);
            Run(connection);
            _adds.Settle(connection);
            if (renewedAt is { } at)
            {
                Renewed(at);
            }
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            var fault = dialect.Classify(exception);
            if (fault == CommitFault.Unknown)
            {
                Disconnect();
            }

            throw new CommitFailedException(fault, StoreFault.Describe(exception), exception);
        }
    }

    public void Dispose()
    {
        try
        {
            if (_connection is not null && _instance is { } instance)
            {
                _steps.Clear();
                Step(place => dialect.Deregister(place, instance), _ => { });
                Run(_connection);
            }
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            // The lease runs out by itself; that is what it is for.
        }
        finally
        {
            Disconnect();
        }
    }

    // Attempts are paced: while the server is away, every batch between two of them is refused at once.
    private void Connect()
    {
        // Some errors make the driver close the connection by itself.
        if (_connection is not { State: ConnectionState.Open })
        {
            Disconnect();
            if (_connectFault is not null && clock.GetElapsedTime(_lastAttempt) < options.ReconnectInterval)
            {
                throw new CommitFailedException(CommitFault.Rejected, _connectFault);
            }

            Attempt(() =>
            {
                _connection = dialect.CreateConnection();
                _connection.Open();
            });
        }

        if (_instance is null)
        {
            Attempt(Register);
        }
    }

    private void Attempt(Action step)
    {
        try
        {
            step();
            _connectFault = null;
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception))
        {
            Disconnect();
            _lastAttempt = clock.GetTimestamp();
            _connectFault = StoreFault.Describe(exception);
            throw new CommitFailedException(CommitFault.Rejected, _connectFault, exception);
        }
    }

    private void Register()
    {
        var at = clock.GetTimestamp();
        _steps.Clear();
        Step(
            place => dialect.Register(place, instanceOptions.LeaseDuration, instanceOptions.Retention),
            reader => _instance = ReadNumber(reader));
        Run(_connection!);
        lease.Begin(_instance!.Value, at);
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Lists the statements of a batch; when the lease is renewed in it, the time before.</summary>
    private long? Plan(WriteBatch batch, long instance)
    {
        _steps.Clear();
        long? renewedAt = null;
        if (lease.IsDue || batch.Others.Exists(request => request is ProbeRequest))
        {
            renewedAt = clock.GetTimestamp();
            Step(
                place => dialect.Renew(place, instanceOptions.LeaseDuration, instance),
                reader => _instance = ReadNumber(reader) == 1 ? _instance : null);
        }

        if (_adds.Begin(batch.Adds) is { Count: > 0 } rows)
        {
            Step(place => dialect.Add(place, rows, instance), _adds.ReadAdded);
        }

        PlanCompletions([.. batch.Others.OfType<CompleteRequest>()], instance);
        foreach (var request in batch.Others)
        {
            PlanOther(request, instance);
        }

        return renewedAt;
    }

    private void PlanCompletions(List<CompleteRequest> requests, long instance)
    {
        if (requests.Count > 0)
        {
            Step(
                place => dialect.Complete(place, requests.ConvertAll(request => request.Completion), instance),
                reader =>
                {
                    var applied = ReadTexts(reader);
                    foreach (var request in requests)
                    {
                        request.Outcome = applied.Remove(request.Completion.TransactionId)
                            ? TransitionOutcome.Applied
                            : TransitionOutcome.Superseded;
                    }
                });
        }
    }

    private void PlanOther(WriteRequest request, long instance)
    {
        switch (request)
        {
            case ClaimRequest claim:
                Step(
                    place => dialect.Claim(place, claim.After, claim.Limit, instance, lease.MayTakeOver),
                    reader => claim.Outcome = ReadPage(reader, claim.After));
                break;
            case ReleaseRequest release:
                Step(
                    place => dialect.Release(place, release.Limit, instance),
                    reader => release.Outcome = (int)ReadNumber(reader));
                break;
            case ReleaseStraysRequest strays:
                Step(
                    place => dialect.Release(place, strays.TransactionIds, instance),
                    reader => strays.Outcome = (int)ReadNumber(reader));
                break;
            case ProbeRequest probe:
                probe.Outcome = StoreHealth.Healthy;
                break;
        }
    }

    private void Step(Func<int, ServerStatement> statement, Action<DbDataReader> read) =>
        _steps.Add((statement(_steps.Count), read));

    private void Run(DbConnection connection)
    {
        if (_steps.Count == 0)
        {
            return;
        }

        using var reader = dialect.Execute(connection, _steps.ConvertAll(step => step.Statement));
        foreach (var (_, read) in _steps)
        {
            read(reader);
            reader.NextResult();
        }

        // To the very end, where the server says that it has committed.
        while (reader.NextResult())
        {
        }
    }

    private void Renewed(long at)
    {
        // A row that is gone was pruned as dead: a new number, since what the old one held is long another's.
        if (_instance is not null)
        {
            lease.Renew(at);
        }
    }

    private static long ReadNumber(DbDataReader reader) =>
        reader.Read() ? Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture) : 0;

    private static HashSet<string> ReadTexts(DbDataReader reader)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        while (reader.Read())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static ClaimedPage ReadPage(DbDataReader reader, ClaimPosition after)
    {
        List<string> ids = [];
        var next = after;
        while (reader.Read())
        {
            ids.Add(reader.GetString(1));
            next = new ClaimPosition(reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(0));
        }

        return new ClaimedPage(ids, next);
    }
}
