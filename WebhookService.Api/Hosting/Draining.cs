using Microsoft.Extensions.Options;

namespace WebhookService.Api.Hosting;

/// <summary>The time between the stop signal and the stop, in which load balancers learn to send elsewhere.</summary>
/// <remarks>
/// Nothing else begins to stop during that time: everything that listens to <c>ApplicationStopping</c> keeps working,
/// so that a late request is handled like any other. See docs/decisions/0017-draining.md.
/// </remarks>
internal sealed partial class Draining(
    IHostApplicationLifetime lifetime,
    IOptions<HostingOptions> options,
    TimeProvider clock,
    ILogger<Draining> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _end;

    /// <summary>Whether draining has begun; it remains true during the stop that follows.</summary>
    public bool IsUnderWay => Volatile.Read(ref _end) is not null;

    /// <summary>Begins draining and stops the service at its end; a second call ends it at once.</summary>
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
            "Draining: no longer ready, accepting for another {Seconds} s. A second SIGTERM or Ctrl+C skips this.")]
        public static partial void Begun(ILogger logger, int seconds);
    }
}

/// <summary>Adds draining to the pipeline.</summary>
internal static class DrainingExtensions
{
    /// <summary>
    /// Closes each connection with its next answer while the service drains: a client that keeps one open through a
    /// TCP proxy would otherwise notice the stop only by an error.
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
