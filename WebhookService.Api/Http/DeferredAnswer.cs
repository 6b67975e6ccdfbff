namespace WebhookService.Api.Http;

/// <summary>An answer that is written when what it depends on is known, after the action has ended.</summary>
/// <remarks>
/// An action that awaits a commit keeps every layer of MVC around it waiting, each as an object of its own that has to
/// be woken again. Ended at once, they unwind as plain calls, and one wait is left: the one for the commit. See
/// docs/decisions/0009-deferred-answers.md.
/// </remarks>
internal abstract class DeferredAnswer
{
    /// <summary>Waits and writes the answer. It must not throw: no exception handler stands around it.</summary>
    public abstract Task WriteAsync(HttpContext context);
}

/// <summary>How an action defers its answer, and who writes it.</summary>
internal static class DeferredAnswerExtensions
{
    /// <summary>Leaves the answer to be written when this action has ended; nothing else may be written.</summary>
    public static void Defer(this HttpContext context, DeferredAnswer answer) => context.Features.Set(answer);

    /// <summary>Writes what was deferred. Use it before everything that an action should not keep waiting.</summary>
    public static void UseDeferredAnswers(this WebApplication app) => app.Use(next => context =>
    {
        var running = next(context);
        return running.IsCompletedSuccessfully ? WriteAsync(context) : WriteAfterAsync(running, context);
    });

    private static Task WriteAsync(HttpContext context) =>
        context.Features.Get<DeferredAnswer>()?.WriteAsync(context) ?? LeaveSocketThreadAsync();

    // What was answered at once, a refusal above all, is followed by the connection's next request, which may be there
    // already. Whoever sends one upon the other must not keep the thread that reads for all.
    private static async Task LeaveSocketThreadAsync() =>
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    private static async Task WriteAfterAsync(Task running, HttpContext context)
    {
        await running;
        await WriteAsync(context);
    }
}
