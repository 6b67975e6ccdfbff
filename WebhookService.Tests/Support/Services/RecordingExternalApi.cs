using System.Threading.Channels;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;

namespace WebhookService.Tests.Support.Services;

/// <summary>An external system whose calls the test answers one by one.</summary>
internal sealed class RecordingExternalApi : IExternalApi
{
    private readonly Channel<ExternalCall> _calls = Channel.CreateUnbounded<ExternalCall>();
    private int _inFlight;
    private int _maxInFlight;

    /// <summary>Calls that have not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The highest number of calls that were in flight at once.</summary>
    public int MaxInFlight => Volatile.Read(ref _maxInFlight);

    /// <summary>Calls that have begun and that <see cref="NextAsync()"/> has not returned yet.</summary>
    public int Waiting => _calls.Reader.Count;

    /// <summary>Waits for the next call to begin.</summary>
    public Task<ExternalCall> NextAsync() => _calls.Reader.ReadAsync().Soon();

    /// <summary>Waits for <paramref name="count"/> calls to begin.</summary>
    public async Task<ExternalCall[]> NextAsync(int count)
    {
        var calls = new ExternalCall[count];
        for (var i = 0; i < count; i++)
        {
            calls[i] = await NextAsync();
        }

        return calls;
    }

    public async ValueTask<CallResult?> CallAsync(
        Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken)
    {
        lock (_calls)
        {
            _maxInFlight = Math.Max(_maxInFlight, ++_inFlight);
        }

        try
        {
            var call = new ExternalCall(transaction.TransactionId);
            _calls.Writer.TryWrite(call);
            await using var cutOff = cancellationToken.Register(() => call.CutOff(cancellationToken));
            return await call.Answer;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}

/// <summary>One call that awaits its answer.</summary>
internal sealed class ExternalCall(string transactionId)
{
    private readonly TaskCompletionSource<CallResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string TransactionId { get; } = transactionId;

    /// <summary>The exception the caller receives when the call is cut off; null for the cancellation itself.</summary>
    public Exception? CutOffError { get; set; }

    public Task<CallResult?> Answer => _answer.Task;

    public void Succeed() => End(Attempts.Result());

    public void Reject(string reason) => End(Attempts.Result(AttemptOutcome.Rejected, reason));

    /// <summary>Ends the call with this result, or with null for a call that was not begun.</summary>
    public void End(CallResult? result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    public void CutOff(CancellationToken cancellationToken)
    {
        if (CutOffError is { } error)
        {
            Fail(error);
        }
        else
        {
            _answer.TrySetCanceled(cancellationToken);
        }
    }
}
