using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of the quarantine.</summary>
internal interface IServerQuarantine
{
    /// <summary>
    /// Adds the events that are new while there are fewer than <paramref name="maxRows"/>, and counts the repeats of
    /// the others; returns the number, in the list, of each event that is stored now, and whether it is new.
    /// </summary>
    ServerStatement Add(int index, IReadOnlyList<SentQuarantine> events, int maxRows);

    /// <summary>Removes one event; returns the number of rows.</summary>
    ServerStatement Remove(int index, long id);

    /// <summary>
    /// Removes at most <paramref name="limit"/> events last received before a time; returns how many.
    /// </summary>
    ServerStatement Prune(int index, DateTimeOffset before, int limit);
}

/// <summary>An event to quarantine, how often it arrived in one batch, and when for the last time.</summary>
internal sealed record SentQuarantine(QuarantinedEvent Event, int Times, DateTimeOffset LastReceivedAt);
