using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>
/// The SQL of retries, dismissals, conflicts, pruning, the audit and alerts. Each statement returns one number: the
/// rows it changed.
/// </summary>
internal interface IServerHistory
{
    /// <summary>Sets failed rows back to PROCESSING, for a new round of attempts.</summary>
    ServerStatement Retry(int index, IReadOnlyList<FailedRound> rounds, long instance);

    /// <summary>Dismisses failed rows, or takes that back if there is no dismissal.</summary>
    ServerStatement Dismiss(int index, IReadOnlyList<FailedRound> rounds, Dismissal? dismissal, long instance);

    /// <summary>
    /// Records conflicting contents, each once, with how often it arrived; one with a pruned row is only counted.
    /// </summary>
    ServerStatement RecordConflicts(int index, IReadOnlyList<SentConflict> conflicts, int kept, long instance);

    /// <summary>
    /// Removes the content of finished rows, with their attempts, conflicts and events; dismisses those that failed.
    /// </summary>
    ServerStatement PruneContent(int index, IReadOnlyList<PrunedContent> rows, long instance);

    /// <summary>Deletes a few attempts that began before a time.</summary>
    ServerStatement PruneAttempts(int index, DateTimeOffset before, int limit);

    /// <summary>Deletes a few conflicts in which an account was sent.</summary>
    ServerStatement PruneConflicts(int index, string account, int limit);

    /// <summary>Records an operator's action.</summary>
    ServerStatement Record(int index, AuditEntry entry);

    /// <summary>Records a sample, and deletes those that are too old.</summary>
    ServerStatement RecordSample(int index, RecordSampleRequest sample);

    /// <summary>Stores the state of a kind of alert, unless it has changed since its version.</summary>
    ServerStatement StoreAlert(int index, AlertState state);
}

/// <summary>Conflicting content of a known id, and how often it arrived in one batch.</summary>
internal sealed record SentConflict(Transaction Transaction, byte[] Hash, int Times);
