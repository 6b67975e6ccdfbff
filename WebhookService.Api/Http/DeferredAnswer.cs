namespace WebhookService.Api.Http;

/// <summary>An answer that is written after the action has ended, when its result is known.</summary>
/// <remarks>
/// An action that awaits a commit suspends every MVC layer around it, each as an object that must be resumed. If it
/// ends at once, they unwind as plain calls, and only the wait for the commit remains. See
/// docs/decisions/0009-deferred-answers.md.
/// </remarks>
internal abstract class DeferredAnswer
{
    /// <summary>Waits for the result and writes the answer. It must not throw: no handler surrounds it.</summary>
    public abstract Task WriteAsync(HttpContext context);
}

/// <summary>Lets an action defer its answer, and writes it.</summary>
internal static class DeferredAnswerExtensions
{
    /// <summary>Has the answer written when this action has ended; the action must not write anything else.</summary>
    public static void Defer(this HttpContext context, DeferredAnswer answer) => context.Features.Set(answer);

    /// <summary>Writes deferred answers. Add it before all middleware that should not wait for them.</summary>
    public static void UseDeferredAnswers(this WebApplication app) => app.Use(next => context =>
    {
        var running = next(context);
        return running.IsCompletedSuccessfully ? context.WriteDeferredAsync() : WriteAfterAsync(running, context);
    });

    /// <summary>Writes the deferred answer, if the action has deferred one.</summary>
    public static Task WriteDeferredAsync(this HttpContext context) =>
        context.Features.Get<DeferredAnswer>()?.WriteAsync(context) ?? Task.CompletedTask;

    private static async Task WriteAfterAsync(Task running, HttpContext context)
    {
        await running;
        await context.WriteDeferredAsync();
    }
}
