using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Instances;

/// <summary>Which of several instances does what needs to be done once.</summary>
internal static class FirstInstance
{
    /// <summary>Whether this instance is the one with the longest life among those alive.</summary>
    /// <remarks>
    /// Leases say which one that is, so it needs no lock that a pooler or a failover could lose. For a moment, two
    /// instances can both be first.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    public static async Task<bool> IsSelfFirstAsync(this ITransactionReader reader, CancellationToken cancellationToken)
    {
        var instances = await reader.ListInstancesAsync(cancellationToken).ConfigureAwait(false);
        return instances.Where(instance => instance.IsAlive).MinBy(instance => instance.InstanceId) is { IsSelf: true };
    }
}
