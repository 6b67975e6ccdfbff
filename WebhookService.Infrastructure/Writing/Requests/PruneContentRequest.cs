namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>Finished rows that lose their content, each with its hash; how many did.</summary>
internal sealed class PruneContentRequest(IReadOnlyList<(long Sequence, byte[] Hash)> rows) : WriteRequest<int>
{
    public IReadOnlyList<(long Sequence, byte[] Hash)> Rows { get; } = rows;
}
