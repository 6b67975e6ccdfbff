using System.Diagnostics.Metrics;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>What can be asked for at any time, on the same meter as <see cref="WebhookMetrics"/>.</summary>
/// <remarks>
/// Figures of the database are those of the latest sample, so that whoever asks for metrics causes no query; while it
/// cannot be read, they are missing and not stale.
/// </remarks>
public sealed class WebhookGauges
{
    private readonly StatsFeed _feed;

    internal WebhookGauges(
        WebhookMetrics metrics,
        StatsFeed feed,
        TransactionQueue queue,
        Throughput throughput,
        BreakerGate breaker,
        InstanceLease lease,
        TransactionInbox? inbox)
    {
        _feed = feed;
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "webhook.queue.depth", () => queue.Depth, "{transaction}", "Transactions that wait in memory.");
        meter.CreateObservableUpDownCounter(
            "webhook.in_flight", () => throughput.InFlight, "{transaction}", "Transactions under way.");
        meter.CreateObservableGauge(
            "webhook.breaker.open", () => breaker.IsOpen ? 1 : 0, null, "1 while the circuit breaker is open.");
        meter.CreateObservableGauge(
            "webhook.transactions", CountByStatus, "{transaction}", "Rows in the database, by status.");
        meter.CreateObservableGauge(
            "webhook.oldest_unprocessed.age", GetOldestAge, "s", "Age of the oldest transaction that is not final.");
        meter.CreateObservableGauge(
            "webhook.lease.age", () => GetLeaseAge(lease), "s", "Since the last heartbeat that reached the database.");
        if (inbox is not null)
        {
            meter.CreateObservableGauge(
                "webhook.inbox.waiting",
                () => inbox.Waiting,
                "{transaction}",
                "Accepted, and not yet in the database.");
            meter.CreateObservableGauge(
                "webhook.inbox.quarantined",
                () => inbox.Quarantined,
                "{transaction}",
                "Put aside, since the database refuses them.");
        }
    }

    private IEnumerable<Measurement<long>> CountByStatus()
    {
        if (_feed.Latest?.Stats.Totals is { } totals)
        {
            yield return new(totals.Processing, new KeyValuePair<string, object?>("status", "PROCESSING"));
            yield return new(totals.Processed, new KeyValuePair<string, object?>("status", "PROCESSED"));
            yield return new(totals.Failed, new KeyValuePair<string, object?>("status", "FAILED"));
        }
    }

    private IEnumerable<Measurement<double>> GetOldestAge()
    {
        if (_feed.Latest?.Stats is { Totals: not null } stats)
        {
            yield return new(Math.Max(0, stats.OldestUnprocessed?.TotalSeconds ?? 0));
        }
    }

    // Where one process owns the database, nothing is leased.
    private static IEnumerable<Measurement<double>> GetLeaseAge(InstanceLease lease)
    {
        if (lease.InstanceId != 0)
        {
            yield return new(lease.Age.TotalSeconds);
        }
    }
}
