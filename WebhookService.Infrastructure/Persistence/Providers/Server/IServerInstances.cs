using System.Data.Common;

namespace WebhookService.Infrastructure.Persistence.Providers.Server;

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

    /// <summary>Renews the lease; returns how many rows that were: 0 when the instance was forgotten.</summary>
    ServerStatement Renew(int place, TimeSpan lease, long instance);

    /// <summary>Ends the lease at once; returns nothing of interest.</summary>
    ServerStatement Deregister(int place, long instance);
}
