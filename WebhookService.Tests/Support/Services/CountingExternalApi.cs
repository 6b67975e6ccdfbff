using System.Collections.Concurrent;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;

namespace WebhookService.Tests.Support.Services;

/// <summary>Counts the calls of each id and lets the test decide when and how each ends.</summary>
internal sealed class CountingExternalApi : IExternalApi
{
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>The behaviour of a call; by default it succeeds immediately.</summary>
    public Func<string, CancellationToken, Task<CallResult?>> OnCall { get; set; } =
        (_, _) => Task.FromResult<CallResult?>(Attempts.Result());

    public IReadOnlyDictionary<string, int> Calls => _calls;

    public ConcurrentQueue<string> Order { get; } = new();

    public ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken)
    {
        var transactionId = transaction.TransactionId;
        _calls.AddOrUpdate(transactionId, 1, (_, count) => count + 1);
        Order.Enqueue(transactionId);
        return new ValueTask<CallResult?>(OnCall(transactionId, cancellationToken));
    }
}
