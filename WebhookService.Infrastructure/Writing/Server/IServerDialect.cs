using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of one kind of server. Each statement returns exactly one result set.</summary>
/// <remarks>
/// Parameter names end in the statement's index in its round trip, whose statements share all named parameters.
/// </remarks>
internal interface IServerDialect
{
    /// <summary>The columns that a claim returns, in this order.</summary>
    const string ClaimedColumns =
        "transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent, attempts, "
        + "earlier_attempts, claim, source";

    /// <summary>The SQL of retries, conflicts and pruning.</summary>
    IServerHistory History { get; }

    /// <summary>The SQL of registration and leases.</summary>
    IServerInstances Instances { get; }

    /// <summary>The SQL of the quarantine.</summary>
    IServerQuarantine Quarantine { get; }

    DbConnection CreateConnection();

    /// <summary>Sets what the writer's session needs, on a connection that has just been opened.</summary>
    void Prepare(DbConnection connection)
    {
    }

    /// <summary>Runs the statements in order, in one transaction and one round trip.</summary>
    /// <remarks>It is committed once the last result set has been read to its end, not before.</remarks>
    DbDataReader Execute(DbConnection connection, IReadOnlyList<ServerStatement> statements);

    /// <summary>Inserts the rows whose id is new, and their events; returns their ids.</summary>
    ServerStatement Add(int index, IReadOnlyList<AddRequest> rows, long instance);

    /// <summary>The content of the rows with these ids: id, source, destination, amount, currency, hash.</summary>
    ServerStatement Find(int index, IReadOnlyList<string> ids);

    /// <summary>
    /// Records attempts of rows that the instance has claimed, and their consequences; keeps at most
    /// <paramref name="kept"/> attempts of each row. Fenced by instance and claim; returns the ids and claims of those
    /// it wrote.
    /// </summary>
    ServerStatement Complete(int index, IReadOnlyList<Completion> completions, int kept, long instance);

    /// <summary>The ids and claims of the completions already written by a commit whose answer was lost.</summary>
    ServerStatement FindCompleted(int index, IReadOnlyList<Completion> completions, long instance);

    /// <summary>Claims rows whose next attempt is due; returns
    /// <see cref="ClaimedColumns"/>.</summary>
    ServerStatement ClaimDue(int index, DateTimeOffset now, int limit, long instance);

    /// <summary>
    /// Claims unclaimed rows, and those of dead instances when <paramref name="mayTakeOver"/>; returns
    /// <see cref="ClaimedColumns"/>, the sequence and whether it was claimed, in order.
    /// </summary>
    ServerStatement Claim(int index, ClaimPosition after, int limit, long instance, bool mayTakeOver);

    /// <summary>Releases at most <paramref name="limit"/> of the instance's claims; returns how many.</summary>
    ServerStatement Release(int index, int limit, long instance);

    /// <summary>Releases these claims of the instance; returns how many.</summary>
    ServerStatement Release(int index, IReadOnlyList<OrphanedClaim> claims, long instance);

    /// <summary>Classifies a driver error by its consequence for the batch.</summary>
    CommitFault Classify(Exception exception);
}
