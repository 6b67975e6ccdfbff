using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Replaces the content of finished rows with its hash; the outcome is the number of rows.</summary>
internal sealed class PruneContentRequest(IReadOnlyList<PrunedContent> rows) : WriteRequest<int>
{
    public IReadOnlyList<PrunedContent> Rows { get; } = rows;
}
