using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of one kind of server. Each statement returns exactly one result set.</summary>
/// <remarks>
/// Names of parameters end in the statement's place in its round trip, since one that has names shares them among all.
/// </remarks>
internal interface IServerDialect
{
    /// <summary>What a claim returns of each row, in this order.</summary>
    const string ClaimedColumns =
        "transaction_id, source_account, destination_account, amount, currency, created_at, trace_parent, attempts, "
        + "earlier_attempts, claim";

    /// <summary>The SQL of what is kept beside the rows.</summary>
    IServerHistory History { get; }

    /// <summary>The SQL of registration and leases.</summary>
    IServerInstances Instances { get; }

    DbConnection CreateConnection();

    /// <summary>Runs the statements in order, in one transaction and one round trip.</summary>
    /// <remarks>It is committed when the last result set was read to its end, and not before.</remarks>
    DbDataReader Execute(DbConnection connection, IReadOnlyList<ServerStatement> statements);

    /// <summary>Inserts those of the rows whose id is new; returns their ids.</summary>
    ServerStatement Add(int place, IReadOnlyList<AddRequest> rows, long instance);

    /// <summary>The content of the rows with these ids: id, source, destination, amount, currency, hash.</summary>
    ServerStatement Find(int place, IReadOnlyList<string> ids);

    /// <summary>
    /// Records attempts of rows that the instance holds, so many of each row at most, and what follows from them.
    /// Fenced by instance and claim; returns the ids and claims of those that it wrote.
    /// </summary>
    ServerStatement Complete(int place, IReadOnlyList<Completion> completions, int kept, long instance);

    /// <summary>
    /// The ids and claims of those completions that are written already, by a commit whose answer was lost.
    /// </summary>
    ServerStatement FindCompleted(int place, IReadOnlyList<Completion> completions, long instance);

    /// <summary>Claims rows whose next attempt is due; returns
    /// <see cref="ClaimedColumns"/>.</summary>
    ServerStatement ClaimDue(int place, DateTimeOffset now, int limit, long instance);

    /// <summary>
    /// Claims rows that nobody holds, and those of dead instances when <paramref name="mayTakeOver"/>; returns
    /// <see cref="ClaimedColumns"/>, the sequence and whether it was claimed, in order.
    /// </summary>
    ServerStatement Claim(int place, ClaimPosition after, int limit, long instance, bool mayTakeOver);

    /// <summary>Gives up so many of the instance's claims; returns how many.</summary>
    ServerStatement Release(int place, int limit, long instance);

    /// <summary>Releases these claims of the instance; returns how many.</summary>
    ServerStatement Release(int place, IReadOnlyList<OrphanedClaim> claims, long instance);

    /// <summary>What an error of the driver means for the batch.</summary>
    CommitFault Classify(Exception exception);
}
