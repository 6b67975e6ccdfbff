using System.Diagnostics;

namespace WebhookService.Tests.Support;

/// <summary>Waits for a condition that another thread or process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns as soon as the condition holds; fails the test when it does not hold within a minute.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > (patience ?? Patience))
            {
                throw new TimeoutException($"Timed out waiting until {what}.");
            }

            // Work that runs on real threads raises no signal a test could await; the wait is short and bounded.
            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, string what) =>
        HoldsAsync(() => Task.FromResult(condition()), what);
}
