using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Runs queries, each on its own connection and for at most <c>Reads:Timeout</c>.</summary>
internal sealed class TimedReads(
    IDatabase database,
    ReadDialect dialect,
    SpareThreads threads,
    IOptions<ReadOptions> options,
    TimeProvider clock)
{
    private static readonly TimeSpan _graceToEnd = TimeSpan.FromSeconds(3);

    // The driver's own limit, in seconds, is for a server that does not even end a query; no caller waits for it.
    private int DriverTimeout => (int)Math.Ceiling((options.Value.Timeout + _graceToEnd).TotalSeconds);

    /// <summary>Runs a query of EF Core.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public Task<TResult> RunAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken) =>
        LimitAsync(token => QueryAsync(read, token), TimeSpan.Zero, cancellationToken);

    /// <summary>Runs a query in SQL.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="parameters">Its values.</param>
    /// <param name="read">Reads one row.</param>
    /// <param name="waited">How much of its time was spent waiting for it to begin.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public Task<List<TRow>> RunAsync<TRow>(
        string sql,
        IReadOnlyList<ReadParameter> parameters,
        Func<DbDataReader, TRow> read,
        TimeSpan waited,
        CancellationToken cancellationToken) =>
        LimitAsync(token => QueryAsync(sql, parameters, read, token), waited, cancellationToken);

    /// <summary>Runs a query in SQL when it is its turn; the wait counts.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public Task<List<TRow>> RunInTurnAsync<TRow>(
        SemaphoreSlim turn,
        string sql,
        IReadOnlyList<ReadParameter> parameters,
        Func<DbDataReader, TRow> read,
        CancellationToken cancellationToken) =>
        LimitAsync(
            async token =>
            {
                await turn.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    return await QueryAsync(sql, parameters, read, token).ConfigureAwait(false);
                }
                finally
                {
                    turn.Release();
                }
            },
            TimeSpan.Zero,
            cancellationToken);

    private async Task<TResult> LimitAsync<TResult>(
        Func<CancellationToken, Task<TResult>> run, TimeSpan waited, CancellationToken cancellationToken)
    {
        var rest = options.Value.Timeout - waited;
        using var timeout = new CancellationTokenSource(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var query = run(either.Token);
        try
        {
            // A driver may be slow to abandon a server that does not answer; the caller need not wait for it.
            return await query.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && IsInterruption(exception))
        {
            // An interrupted query looks like a fault of the database, but the caller canceled it.
            throw new OperationCanceledException("The caller canceled the query.", exception, cancellationToken);
        }
        catch (Exception exception) when (IsInterruption(exception))
        {
            throw new StoreUnavailableException(
                timeout.IsCancellationRequested
                    ? $"The query took longer than {options.Value.Timeout.TotalSeconds:0.###} s."
                    : "The store cannot be read now.",
                exception);
        }
        finally
        {
            threads.KeepUntilEnd(query);
        }
    }

    private async Task<TResult> QueryAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var db = database.CreateContext();
        await using var _ = db.ConfigureAwait(false);

        db.Database.SetCommandTimeout(DriverTimeout);
        await db.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using (database.Interrupt(db.Database.GetDbConnection(), cancellationToken))
        {
            return await read(db, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<TRow>> QueryAsync<TRow>(
        string sql,
        IReadOnlyList<ReadParameter> parameters,
        Func<DbDataReader, TRow> read,
        CancellationToken cancellationToken)
    {
        var session = dialect.Take();
        await using (session.ConfigureAwait(false))
        {
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            using (database.Interrupt(session.Connection, cancellationToken))
            {
                return await session.QueryAsync(sql, parameters, read, DriverTimeout, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private static bool IsInterruption(Exception exception) =>
        exception is OperationCanceledException || StoreFault.IsOfDatabase(exception);
}
