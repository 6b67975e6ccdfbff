using System.Diagnostics;

namespace WebhookService.Tests.Support;

/// <summary>
/// The longest a test waits for a signal that must come: a hang becomes a failure, and nothing sleeps.
/// </summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<TResult> Soon<TResult>(this Task<TResult> task) => task.WaitAsync(Limit);

    public static Task<TResult> Soon<TResult>(this ValueTask<TResult> task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Lets others run until something is so. For what has no signal of its own.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > Limit)
            {
                throw new TimeoutException("It never came to be.");
            }

            await Task.Yield();
        }
    }
}
