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
        var isStarted = false;
        try
        {
            await app.StartAsync();
            isStarted = true;
            await app.WaitForShutdownAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it had started: the host aborts its start with this exception.
        }

        finally
        {
            // Without a stop, the services that had started would each fail on what is disposed of under them.
            if (!isStarted)
            {
                await app.StopAsync();
            }

            await app.DisposeAsync();
        }

        return workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }
}
