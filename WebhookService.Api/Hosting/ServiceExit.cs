namespace WebhookService.Api.Hosting;

/// <summary>Runs the service and tells the operating system how it ended.</summary>
internal static class ServiceExit
{
    /// <summary>
    /// Runs until the service is stopped; 0 when that was wanted. A background service that breaks stops the host,
    /// but the host itself calls that a success.
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
            // Told to stop before it had started: the host gives its start up by this exception.
        }

        return workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }
}
