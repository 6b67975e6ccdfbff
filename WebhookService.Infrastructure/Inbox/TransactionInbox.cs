using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>
/// The inbox: its transactions are on this machine's disk, acknowledged, and not yet known to be in the database.
/// </summary>
/// <remarks>
/// It has its own commit loop, of the same kind as the database's: group commit, one fsync for many. It opens before
/// the service listens and closes after everything that uses it has stopped.
/// </remarks>
internal sealed class TransactionInbox : IHostedLifecycleService, IDisposable
{
    private readonly InboxOptions _options;
    private readonly WriteQueue _writes;
    private readonly CommitLoop _commits;
    private readonly InboxWriter _writer;
    private readonly InboxFile _file;
    private readonly TimeProvider _clock;
    private FileOwnership? _ownership;

    public TransactionInbox(
        IOptions<InboxOptions> options,
        IOptions<IntakeOptions> intake,
        StoreLimits limits,
        WebhookMetrics metrics,
        IHostApplicationLifetime lifetime,
        TimeProvider clock,
        ILogger<CommitLoop> logger)
    {
        _options = options.Value;
        _clock = clock;
        _file = new InboxFile(_options);
        _writes = new WriteQueue(intake, AnswerThreads.Pool, clock);
        _writer = new InboxWriter(
            _options, limits.Quarantine.MaxRows, new InboxSpace(_options, clock), Waiters, clock, logger);
        _commits = new CommitLoop(_writer, _writes, Waiters, metrics, lifetime, clock, logger);
    }

    /// <summary>The senders that wait for the database's outcome.</summary>
    public InboxWaiters Waiters { get; } = new();

    /// <summary>Transactions that the database does not have yet.</summary>
    public long Waiting => _writer.Waiting;

    /// <summary>Transactions in quarantine; each start retries them.</summary>
    public long Quarantined => _writer.Quarantined;

    /// <summary>Events that cannot be understood, and that the quarantine of the database does not have yet.</summary>
    public long WaitingEvents => _writer.WaitingEvents;

    /// <summary>Locks and opens the file.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be used.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ownership = FileOwnership.Take(_options.Path);
        try
        {
            _commits.Start();
        }
        catch (CommitFailedException exception)
        {
            throw new StoreUnavailableException(
                $"The inbox {_options.Path} cannot be used: {exception.Message}", exception);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Makes a transaction durable here; <paramref name="adding"/> says whether its id was known here.
    /// </summary>
    public InboxAdd Add(Transaction transaction, SourceEvent? received, out ValueTask<AddOutcome> adding)
    {
        var add = new InboxAdd(transaction, received) { Deadline = _writes.NextDeadline };
        adding = _writes.Enqueue(add);
        return add;
    }

    /// <summary>Deletes rows that the database has.</summary>
    public ValueTask<int> ForgetAsync(IReadOnlyList<long> sequences) => _writes.Enqueue(new ForgetRequest(sequences));

    /// <summary>Makes an event durable here that cannot be understood.</summary>
    public ValueTask<QuarantineOutcome> QuarantineAsync(QuarantinedEvent received) =>
        _writes.Enqueue(new QuarantineEventRequest(received) { Deadline = _writes.NextDeadline });

    /// <summary>Deletes events that the quarantine of the database has.</summary>
    public ValueTask<int> ForgetEventsAsync(IReadOnlyList<long> sequences) =>
        _writes.Enqueue(new ForgetEventsRequest(sequences));

    /// <summary>Quarantines a row.</summary>
    public ValueTask<int> QuarantineAsync(long sequence) =>
        _writes.Enqueue(new QuarantineRequest(sequence, _clock.GetUtcNow()));

    /// <summary>Proves with a durable write that transactions can be accepted.</summary>
    public ValueTask<StoreHealth> ProbeAsync() =>
        _writes.Enqueue(new ProbeRequest(_clock.GetUtcNow()) { Deadline = _writes.NextDeadline });

    /// <summary>Returns the oldest rows.</summary>
    public InboxPage ReadOldest() => _file.ReadOldest(_options.ForwardBatch);

    /// <summary>Returns the oldest events after this sequence, a limited number of bytes.</summary>
    public List<InboxEvent> ReadEvents(long after) => WaitingEvents == 0 ? [] : _file.ReadEvents(after);

    /// <summary>Returns the row of an id that waits or is in quarantine; null if there is none.</summary>
    public InboxRow? Find(string transactionId) => Waiting + Quarantined == 0 ? null : _file.Find(transactionId);

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _commits.Stop();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _commits.Dispose();
        _writes.Dispose();
        Waiters.Dispose();
        _file.Dispose();
        _ownership?.Dispose();
    }
}
