using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Runs each kind of query once after the start; until all have succeeded, the service is not ready.</summary>
/// <remarks>
/// The first query of a process waits for EF Core, the driver and the compiler, which takes seconds on a small machine
/// and would count against its <c>Reads:Timeout</c>. These queries begin a moment after the service listens, so that
/// webhooks that waited for the start are served first. See docs/decisions/0018-publishing.md.
/// </remarks>
internal sealed partial class FirstReads : BackgroundService
{
    /// <summary>The delay in favor of webhooks that waited for the start.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>The pause before failed reads are retried.</summary>
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    private readonly IDatabase _database;
    private readonly IReadOnlyList<Func<CancellationToken, Task>> _queries;
    private readonly WriteQueue _writes;
    private readonly bool _hasInbox;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _fault = "Reads are being prepared.";

    internal FirstReads(
        IDatabase database,
        IReadOnlyList<Func<CancellationToken, Task>> queries,
        WriteQueue writes,
        bool hasInbox,
        IHostApplicationLifetime lifetime,
        TimeProvider clock,
        ILogger<FirstReads> logger)
    {
        _database = database;
        _queries = queries;
        _writes = writes;
        _hasInbox = hasInbox;
        _lifetime = lifetime;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Why the service is not ready for reads; null once it is, permanently.</summary>
    /// <remarks>
    /// Later failures of reads do not count: the instances share the database, so all of them would be taken out of
    /// service together, although each can still accept transactions. An inbox accepts them even while the database is
    /// unavailable, so with one a first attempt is sufficient.
    /// </remarks>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Completes when all kinds of queries have succeeded.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReadUntilSuccessAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop, also that of a start that failed; the host would log it as an error of this service.
        }
    }

    private async Task ReadUntilSuccessAsync(CancellationToken stoppingToken)
    {
        await WaitForStartAsync(stoppingToken).ConfigureAwait(false);
        await Task.Delay(Quiet, _clock, stoppingToken).ConfigureAwait(false);
        string? logged = null;
        while (await TryAsync(stoppingToken).ConfigureAwait(false) is { } fault)
        {
            Volatile.Write(ref _fault, _hasInbox ? null : $"Reads do not work yet: {fault}");
            if (fault != logged && _writes.LastFault is null)
            {
                logged = fault;
                Log.Failed(_logger, fault);
            }

            await Task.Delay(RetryInterval, _clock, stoppingToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _fault, null);
        _done.TrySetResult();
    }

    private async Task WaitForStartAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _lifetime.ApplicationStarted.UnsafeRegister(_ => started.TrySetResult(), null);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(false);
    }

    // A store that was never opened has no tables to query, and its migrator reports why it cannot be opened.
    private async Task<string?> TryAsync(CancellationToken stoppingToken)
    {
        if (_writes.LastFault is { } fault)
        {
            return fault;
        }

        try
        {
            PrepareModel();
            foreach (var query in _queries)
            {
                await query(stoppingToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (StoreUnavailableException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // The store answered, with data that cannot be read: the requests for that data report it.
            Log.Unreadable(_logger, exception);
            return null;
        }
    }

    // Outside the time limit of a query, which it can exceed.
    private void PrepareModel()
    {
        using var db = _database.CreateContext();
        _ = db.Model;
    }

    private static partial class Log
    {
        [LoggerMessage(33, LogLevel.Warning,
            "Not ready: the first reads failed, and are retried until they succeed. {Reason}")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(34, LogLevel.Error, "The first reads found data that cannot be read.")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}
