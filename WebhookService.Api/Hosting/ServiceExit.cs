namespace WebhookService.Api.Hosting;

/// <summary>Runs the service and returns its exit code.</summary>
internal static class ServiceExit
{
    /// <summary>
    /// Runs until the service stops; returns 0 when the stop was requested. A background service that faults stops the
    /// host, but the host itself reports success.
    /// </summary>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        var workers = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it had started: the host aborts its start with this exception.
        }

        return workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }
}
