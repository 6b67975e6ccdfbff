using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Processing;

/// <summary>
/// Whether operators have paused processing: for all instances on the database, until they resume it.
/// </summary>
/// <remarks>
/// The latest pause or resumption in the audit decides. An instance reads it before its first call, and then regularly,
/// since another instance may write it; a SQLite file has no other. Intake goes on: rows wait in the queue and in the
/// database.
/// </remarks>
internal sealed partial class ProcessingPause : BackgroundService
{
    private readonly IAudit _audit;
    private readonly IAuditReader _reader;
    private readonly IDatabase _database;
    private readonly ProcessingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly PauseGate _gate;
    private readonly SemaphoreSlim _turn = new(1, 1);

    internal ProcessingPause(
        IAudit audit,
        IAuditReader reader,
        PauseGate gate,
        IDatabase database,
        IOptions<ProcessingOptions> options,
        TimeProvider clock,
        ILogger<ProcessingPause> logger)
    {
        _audit = audit;
        _reader = reader;
        _gate = gate;
        _database = database;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <summary>Pauses processing or resumes it; durable when this returns. Calls in flight finish.</summary>
    /// <param name="action"><see cref="AuditActions.Pause"/> or <see cref="AuditActions.Resume"/>.</param>
    /// <param name="by">The name of the operator's key; null if none is required.</param>
    /// <param name="reason">The operator's reason; null for none.</param>
    /// <param name="cancellationToken">Cancels the query before the change.</param>
    /// <returns>The state; the earlier one if nothing was to change.</returns>
    /// <exception cref="StoreUnavailableException">The store could not be read or written in time.</exception>
    public async Task<PauseState> ChangeAsync(
        string action, string? by, string? reason, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (before.IsPaused == (action == AuditActions.Pause))
        {
            return before;
        }

        await _audit.RecordAsync(new AuditEntry(_clock.GetUtcNow(), by, action, null, 0, reason)).ConfigureAwait(false);
        return await ReadAsync(CancellationToken.None).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isKnown = await TryReadAsync(stoppingToken).ConfigureAwait(false);
            if (isKnown && !_database.IsShared)
            {
                return;
            }

            await Task.Delay(_options.PauseInterval, _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryReadAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReadAsync(stoppingToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (
            exception is StoreUnavailableException || stoppingToken.IsCancellationRequested)
        {
            // The known state stays; the health check reports a store that cannot be read.
            return false;
        }
    }

    // One at a time: of two reads, the one that began later must decide.
    private async Task<PauseState> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var state = await _reader.FindPauseAsync(cancellationToken).ConfigureAwait(false);
            if (_gate.Apply(state))
            {
                Log.Changed(
                    _logger,
                    state.IsPaused ? "paused" : "resumed",
                    state.Change?.By ?? "anybody",
                    state.Change?.Reason ?? "none given");
            }

            return state;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(104, LogLevel.Warning,
            "Processing is {State} by {Operator}, for all instances. Reason: {Reason}")]
        public static partial void Changed(ILogger logger, string state, string @operator, string reason);
    }
}
