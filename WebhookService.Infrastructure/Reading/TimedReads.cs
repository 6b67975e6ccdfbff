using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Runs queries, each with its own context and for at most <c>Reads:Timeout</c>.</summary>
internal sealed class TimedReads(
    IDatabase database, SpareThreads threads, IOptions<ReadOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan _graceToEnd = TimeSpan.FromSeconds(3);

    /// <exception cref="StoreUnavailableException">The store could not be read in time.</exception>
    public async Task<TResult> RunAsync<TResult>(
        Func<WebhookDbContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var query = QueryAsync(read, either.Token);
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

        // The driver's own limit is for a server that does not even end a query; no caller waits for it.
        db.Database.SetCommandTimeout(options.Value.Timeout + _graceToEnd);
        await db.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using (database.Interrupt(db.Database.GetDbConnection(), cancellationToken))
        {
            return await read(db, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsInterruption(Exception exception) =>
        exception is OperationCanceledException || StoreFault.IsOfDatabase(exception);
}
