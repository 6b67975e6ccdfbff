using System.Runtime.InteropServices;

namespace WebhookService.Api.Hosting;

/// <summary>
/// Lets signals end the service: SIGTERM, an orchestrator's, after <see cref="Draining"/>; Ctrl+C and SIGQUIT, those of
/// somebody who waits at a terminal, at once.
/// </summary>
/// <remarks>It stands in for the host's own, which knows no difference between them, and says the same.</remarks>
internal sealed partial class SignalLifetime(
    Draining draining,
    IHostApplicationLifetime lifetime,
    IHostEnvironment environment,
    ILogger<SignalLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<IDisposable> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.AddRange([
            On(PosixSignal.SIGTERM, draining.Begin),
            On(PosixSignal.SIGINT, draining.Skip),
            On(PosixSignal.SIGQUIT, draining.Skip),
            lifetime.ApplicationStarted.Register(
                () => Log.Started(logger, environment.EnvironmentName, environment.ContentRootPath)),
            lifetime.ApplicationStopping.Register(() => Log.Stopping(logger)),
        ]);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private static PosixSignalRegistration On(PosixSignal signal, Action act) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Otherwise the runtime would end the process itself, and at once.
            context.Cancel = true;
            act();
        });

    private static partial class Log
    {
        [LoggerMessage(101, LogLevel.Information,
            "Application started. Press Ctrl+C to shut down. Environment: {Environment}; settings: {ContentRoot}")]
        public static partial void Started(ILogger logger, string environment, string contentRoot);

        [LoggerMessage(102, LogLevel.Information, "Application is shutting down...")]
        public static partial void Stopping(ILogger logger);
    }
}
