using Microsoft.Extensions.Options;

namespace WebhookService.Api.Hosting;

/// <summary>The time between being told to stop and stopping, in which others learn to send elsewhere.</summary>
/// <remarks>
/// Nothing else has begun to stop by then: whatever listens to <c>ApplicationStopping</c> works as ever, so that a
/// request that comes late is as good as any other. See docs/decisions/0017-draining.md.
/// </remarks>
internal sealed partial class Draining(
    IHostApplicationLifetime lifetime,
    IOptions<HostingOptions> options,
    TimeProvider clock,
    ILogger<Draining> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _end;

    /// <summary>Whether it is under way; a stop that follows does not end it.</summary>
    public bool IsUnderWay => Volatile.Read(ref _end) is not null;

    /// <summary>Begins it, and stops the service when it is over. Asked for again, it is over.</summary>
    public void Begin()
    {
        var duration = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        lock (_gate)
        {
            if (duration > TimeSpan.Zero && _end is null)
            {
                Log.Begun(logger, options.Value.DrainSeconds);
                _end = clock.CreateTimer(_ => Skip(), null, duration, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Skip();
    }

    /// <summary>Stops the service now.</summary>
    public void Skip() => lifetime.StopApplication();

    public void Dispose() => _end?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Information,
            "Draining: not ready any more, accepting for another {Seconds} s. A second SIGTERM or Ctrl+C skips it.")]
        public static partial void Begun(ILogger logger, int seconds);
    }
}

/// <summary>Puts draining into the way of a request.</summary>
internal static class DrainingExtensions
{
    /// <summary>
    /// Ends each connection with its next answer while the service drains: whoever keeps one open, past a proxy that
    /// knows nothing of requests, would learn of the stop only by an error.
    /// </summary>
    public static void UseDraining(this WebApplication app)
    {
        var draining = app.Services.GetRequiredService<Draining>();
        app.Use(next => context =>
        {
            if (draining.IsUnderWay)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
