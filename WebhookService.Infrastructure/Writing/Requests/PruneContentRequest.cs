namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Replaces the content of finished rows with its hash; the outcome is the number of rows.</summary>
internal sealed class PruneContentRequest(IReadOnlyList<(long Sequence, byte[] Hash)> rows) : WriteRequest<int>
{
    public IReadOnlyList<(long Sequence, byte[] Hash)> Rows { get; } = rows;
}
