using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Finished rows that lose their content, each with its hash; how many did.</summary>
internal sealed class PruneContentRequest(IReadOnlyList<PrunedContent> rows) : WriteRequest<int>
{
    public IReadOnlyList<PrunedContent> Rows { get; } = rows;
}
