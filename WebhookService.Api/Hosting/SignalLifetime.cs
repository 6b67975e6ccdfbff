using System.Runtime.InteropServices;

namespace WebhookService.Api.Hosting;

/// <summary>
/// Stops the service on signals: on SIGTERM, which orchestrators send, after <see cref="Draining"/>; on Ctrl+C and
/// SIGQUIT, which come from a terminal, at once.
/// </summary>
/// <remarks>It replaces the host's own, which treats all signals alike, and logs the same messages.</remarks>
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
            lifetime.ApplicationStarted.Register(NoteStart),
        ]);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    // A service that could not start says only why.
    private void NoteStart()
    {
        Log.Started(logger, environment.EnvironmentName, environment.ContentRootPath);
        _registrations.Add(lifetime.ApplicationStopping.Register(() => Log.Stopping(logger)));
    }

    private static PosixSignalRegistration On(PosixSignal signal, Action act) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Otherwise the runtime would end the process at once.
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
