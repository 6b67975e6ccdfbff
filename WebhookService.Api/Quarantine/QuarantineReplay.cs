using Microsoft.Extensions.Options;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Webhooks;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Api.Quarantine;

/// <summary>Reads quarantined bodies again, with the definitions of now.</summary>
/// <remarks>
/// A body leaves the quarantine only after its transactions are durable. If the process dies in between, the next
/// replay finds them as duplicates.
/// </remarks>
internal sealed class QuarantineReplay
{
    // Each is two small commits, which many share.
    private const int PageSize = 100;

    private readonly SourceCatalog _catalog;
    private readonly SourceIntake _intake;
    private readonly IEventReader _events;
    private readonly IQuarantine _quarantine;
    private readonly OperationsOptions _options;
    private readonly TimeProvider _clock;

    internal QuarantineReplay(
        SourceCatalog catalog,
        SourceIntake intake,
        IEventReader events,
        IQuarantine quarantine,
        IOptions<OperationsOptions> options,
        TimeProvider clock)
    {
        _catalog = catalog;
        _intake = intake;
        _events = events;
        _quarantine = quarantine;
        _options = options.Value;
        _clock = clock;
    }

    /// <summary>Reads one body again; null when the quarantine has none with this id, or none any more.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; the body is still in the quarantine.</exception>
    internal async Task<ReplayResult?> RunAsync(long id, CancellationToken cancellationToken)
    {
        if (await _events.FindQuarantinedAsync(id, cancellationToken) is not { } kept)
        {
            return null;
        }

        if (!_catalog.TryFind(kept.Source, out var source))
        {
            return ReplayResult.Still($"No source is named {kept.Source} any more.");
        }

        var reading = source.Read(
            Source.ReadHeaders(kept.Headers), kept.Payload.Body, _clock.GetUtcNow(), WebhookTracing.CurrentTraceParent);
        var result = await _intake.Begin(reading, quarantined: null).WaitAsync();
        if (!result.IsDurable)
        {
            throw new StoreUnavailableException(
                "Not every event could be made durable in time; the body is still in the quarantine.");
        }

        // Durable from here: every transaction of the body.
        if (FindReasonToStay(reading) is { } reason)
        {
            return ReplayResult.Still(reason);
        }

        return await _quarantine.RemoveAsync(id) ? new ReplayResult(result.Events, null) : null;
    }

    // A body that becomes nothing stays too: a definition with a typo ignores what it should take.
    private static string? FindReasonToStay(SourceReading reading)
    {
        for (var i = 0; i < reading.Items.Count; i++)
        {
            if (reading.Items[i] is SourceItem.Quarantined still)
            {
                return reading.Items.Count == 1 ? still.Reason : $"Event {i + 1}: {still.Reason}";
            }
        }

        return reading.Items.OfType<SourceItem.Accepted>().Any()
            ? null
            : $"{((SourceItem.Ignored)reading.Items[0]).Reason} Delete the body if nobody needs it.";
    }

    /// <summary>
    /// Reads all bodies again, or those of one source, newest first, for <c>Operations:RetryDuration</c> at most.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store failed; some may have been replayed.</exception>
    internal async Task<BulkReplayResponse> RunAllAsync(string? source, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        var replayed = 0;
        long? before = null;
        try
        {
            do
            {
                var page = await _events.ListQuarantineAsync(source, before, PageSize, cancellationToken);
                foreach (var entry in page.Take(PageSize))
                {
                    replayed += await RunAsync(entry.Id, cancellationToken) is { Reason: null } ? 1 : 0;
                }

                before = page.Count > PageSize ? page[PageSize - 1].Id : null;
            }
            while (before is not null && _clock.GetElapsedTime(start) < _options.RetryDuration);
        }
        catch (OperationCanceledException) when (replayed > 0)
        {
            // The caller is gone; what was replayed is recorded all the same.
        }

        return new BulkReplayResponse(replayed, await _events.CountQuarantineAsync(source, CancellationToken.None));
    }
}
