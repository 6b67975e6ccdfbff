using System.Data.Common;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of registration and leases, on the server's clock.</summary>
internal interface IServerInstances
{
    /// <summary>Says why the database that a connection leads to cannot hold every transaction; null when it
    /// can.</summary>
    string? FindUnsuitable(DbConnection connection) => null;

    /// <summary>
    /// Forgets who is dead for longer than that, folds the totals of those forgotten before, and adds an instance;
    /// returns its id.
    /// </summary>
    ServerStatement Register(int place, TimeSpan lease, TimeSpan retention);

    /// <summary>
    /// Fails the transaction when the server has forgotten the instance, and keeps it from being forgotten until then;
    /// returns nothing of interest.
    /// </summary>
    /// <remarks>
    /// Whatever a forgotten instance writes would be counted nowhere, and its claims would be anybody's.
    /// </remarks>
    ServerStatement Confirm(int place, long instance);

    /// <summary>Whether a transaction failed because of <see cref="Confirm"/>.</summary>
    bool IsForgotten(Exception exception);

    /// <summary>Renews the lease; returns nothing of interest.</summary>
    ServerStatement Renew(int place, TimeSpan lease, long instance);

    /// <summary>Ends the lease at once; returns nothing of interest.</summary>
    ServerStatement Deregister(int place, long instance);
}
