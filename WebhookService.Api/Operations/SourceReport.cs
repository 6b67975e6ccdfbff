using WebhookService.Api.Sources;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api.Operations;

/// <summary>Reports the configured sources and their counts.</summary>
internal sealed class SourceReport
{
    private readonly SourceCatalog _catalog;
    private readonly SourceActivity _activity;

    internal SourceReport(SourceCatalog catalog, SourceActivity activity)
    {
        _catalog = catalog;
        _activity = activity;
    }

    internal IEnumerable<SourceResponse> Read() => _catalog.All.Select(Describe);

    private SourceResponse Describe(Source source)
    {
        var counts = _activity.Of(source.Name);
        return new SourceResponse(
            source.Name,
            source.Options.Provider,
            [.. source.Definition.Events.SelectMany(it => it.Types).Distinct()],
            counts[SourceOutcome.Accepted],
            counts[SourceOutcome.Duplicate] + counts[SourceOutcome.Conflict],
            counts[SourceOutcome.Ignored],
            counts[SourceOutcome.Quarantined],
            counts[SourceOutcome.Refused],
            counts.HeardAt);
    }
}
