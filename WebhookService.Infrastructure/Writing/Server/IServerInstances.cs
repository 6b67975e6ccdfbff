using System.Data.Common;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of registration and leases, on the server's clock.</summary>
internal interface IServerInstances
{
    /// <summary>Returns why the connected database cannot store every transaction; null when it can.</summary>
    string? FindUnsuitable(DbConnection connection) => null;

    /// <summary>
    /// Deletes instances that have been dead for longer than <paramref name="retention"/>, folds the totals of those
    /// deleted before that have no claims left, and adds an instance; returns its id.
    /// </summary>
    /// <remarks>Claims are taken over from the instances in totals, so those with claims stay there.</remarks>
    ServerStatement Register(int index, TimeSpan lease, TimeSpan retention);

    /// <summary>
    /// Fails the transaction when the server has forgotten the instance, and keeps it from being forgotten until the
    /// commit; its result has no meaning.
    /// </summary>
    /// <remarks>
    /// Writes of a forgotten instance would be counted nowhere, and any instance could take over its claims.
    /// </remarks>
    ServerStatement Confirm(int index, long instance);

    /// <summary>Whether a transaction failed because of <see cref="Confirm"/>.</summary>
    bool IsForgotten(Exception exception);

    /// <summary>
    /// Renews the lease, and counts the heartbeat: the instance may have claims again; its result has no meaning.
    /// </summary>
    ServerStatement Renew(int index, TimeSpan lease, long instance);

    /// <summary>
    /// Ends the lease at once, and notes whether the instance has claims left; its result has no meaning.
    /// </summary>
    ServerStatement Deregister(int index, long instance);
}
