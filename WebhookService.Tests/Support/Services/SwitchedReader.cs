using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Tests.Support.Services;

/// <summary>A reader of an empty store that can be made to fail in one of its queries.</summary>
internal class SwitchedReader : ITransactionReader
{
    public const string Find = nameof(FindAsync);
    public const string List = nameof(ListAsync);
    public const string Count = nameof(CountAsync);

    /// <summary>The query that fails; null for none.</summary>
    public string? Off { get; set; }

    /// <summary>The exception with which it fails.</summary>
    public Exception Fault { get; init; } = new StoreUnavailableException("The store cannot be read now.");

    public Task<Transaction?> FindAsync(string transactionId, CancellationToken cancellationToken) =>
        AnswerAsync<Transaction?>(Find, null);

    public virtual Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<Transaction>>(List, []);

    public Task<StoreTotals> CountAsync(CancellationToken cancellationToken) =>
        AnswerAsync(Count, new StoreTotals(0, 0, 0, 0, 0, 0, null));

    public Task<long> CountAsync(TransactionQuery query, CancellationToken cancellationToken) => AnswerAsync(List, 0L);

    public Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FailureGroup>>([]);

    public Task<IReadOnlyList<RecordedAttempt>?> FindAttemptsAsync(
        string transactionId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RecordedAttempt>?>(null);

    public Task<IReadOnlyList<RecordedConflict>?> FindConflictsAsync(
        string transactionId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RecordedConflict>?>(null);

    public Task<IReadOnlyList<RecordedInstance>> ListInstancesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RecordedInstance>>([]);

    private Task<TResult> AnswerAsync<TResult>(string query, TResult answer) =>
        Off == query ? Task.FromException<TResult>(Fault) : Task.FromResult(answer);
}
