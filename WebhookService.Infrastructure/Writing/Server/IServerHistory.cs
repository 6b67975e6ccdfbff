using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The SQL of what is kept beside the rows. Each statement returns one number: the rows it changed.</summary>
internal interface IServerHistory
{
    /// <summary>Takes failed rows back, for a new round of attempts.</summary>
    ServerStatement Retry(int place, IReadOnlyList<FailedRound> rounds, long instance);

    /// <summary>Records contents that came under known ids, each once, with how often it came.</summary>
    ServerStatement RecordConflicts(int place, IReadOnlyList<SentConflict> conflicts, int kept, long instance);

    /// <summary>Takes their content from finished rows, and their attempts and conflicts with it.</summary>
    ServerStatement PruneContent(int place, IReadOnlyList<PrunedContent> rows);

    /// <summary>Drops the attempts of some rows that were begun before a time.</summary>
    ServerStatement PruneAttempts(int place, IReadOnlyList<long> sequences, DateTimeOffset before);
}

/// <summary>Content that came under a known id, and how often in one batch.</summary>
internal sealed record SentConflict(Transaction Transaction, byte[] Hash, int Times);
