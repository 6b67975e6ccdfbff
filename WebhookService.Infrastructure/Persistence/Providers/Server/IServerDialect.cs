using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Persistence.Commit;

namespace WebhookService.Infrastructure.Persistence.Providers.Server;

/// <summary>The SQL of one kind of server. Each statement returns exactly one result set.</summary>
/// <remarks>
/// Names of parameters end in the statement's place in its round trip, since one that has names shares them among all.
/// </remarks>
internal interface IServerDialect
{
    DbConnection CreateConnection();

    /// <summary>Runs the statements in order, in one transaction and one round trip.</summary>
    /// <remarks>It is committed when the last result set was read to its end, and not before.</remarks>
    DbDataReader Execute(DbConnection connection, IReadOnlyList<ServerStatement> statements);

    /// <summary>Inserts those of the rows whose id is new; returns their ids.</summary>
    ServerStatement Add(int place, IReadOnlyList<AddRequest> rows, long instance);

    /// <summary>The content of the rows with these ids: id, source, destination, amount, currency.</summary>
    ServerStatement Find(int place, IReadOnlyList<string> ids);

    /// <summary>Finishes rows that the instance holds; returns their ids.</summary>
    ServerStatement Complete(int place, IReadOnlyList<Completion> completions, long instance);

    /// <summary>
    /// Claims rows that nobody holds, and those of dead instances when <paramref name="mayTakeOver"/>; returns
    /// sequence, id and time of receipt, in order.
    /// </summary>
    ServerStatement Claim(int place, ClaimPosition after, int limit, long instance, bool mayTakeOver);

    /// <summary>Gives up so many of the instance's claims; returns how many.</summary>
    ServerStatement Release(int place, int limit, long instance);

    /// <summary>Gives up the instance's claims of these rows; returns how many.</summary>
    ServerStatement Release(int place, IReadOnlyList<string> ids, long instance);

    /// <summary>Forgets who is dead for longer than that, and adds an instance; returns its id.</summary>
    ServerStatement Register(int place, TimeSpan lease, TimeSpan retention);

    /// <summary>Renews the lease; returns how many rows that were: 0 when the instance was forgotten.</summary>
    ServerStatement Renew(int place, TimeSpan lease, long instance);

    /// <summary>Ends the lease at once; returns nothing of interest.</summary>
    ServerStatement Deregister(int place, long instance);

    /// <summary>What an error of the driver means for the batch.</summary>
    CommitFault Classify(Exception exception);
}
