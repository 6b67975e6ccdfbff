using System.Diagnostics;

namespace WebhookService.Tests.Support;

/// <summary>
/// The longest time a test waits for an expected signal, so that a hang becomes a failure without any sleep.
/// </summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<TResult> Soon<TResult>(this Task<TResult> task) => task.WaitAsync(Limit);

    public static Task<TResult> Soon<TResult>(this ValueTask<TResult> task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Yields to other tasks until the condition holds. For state that raises no signal.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > Limit)
            {
                throw new TimeoutException("The condition did not hold in time.");
            }

            await Task.Yield();
        }
    }
}
