using Microsoft.Extensions.DependencyInjection;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Copying;

/// <summary>The command that moves the service to another database.</summary>
internal static class CopyCommands
{
    /// <summary>Copies all rows to an empty database, or continues an unfinished copy, and compares each row.</summary>
    /// <param name="source">Services composed for the source, in which no host runs.</param>
    /// <param name="target">Services composed for the target, in which no host runs.</param>
    /// <param name="report">Receives each line of progress, and each difference.</param>
    /// <param name="cancellationToken">Stops the copy; the next run continues it.</param>
    /// <returns>The number of differences; the target can be used only if it is 0.</returns>
    /// <exception cref="DatabaseCommandException">The copy was refused or stopped; the message says why.</exception>
    /// <exception cref="Domain.StoreUnavailableException">Another process has a file.</exception>
    public static async Task<long> CopyDatabaseAsync(
        IServiceProvider source, IServiceProvider target, Action<string> report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(report);
        if (source.GetRequiredService<DatabaseTarget>() == target.GetRequiredService<DatabaseTarget>())
        {
            throw new DatabaseCommandException("The source and the target are the same database.");
        }

        try
        {
            var clock = target.GetRequiredService<TimeProvider>();
            return await new DatabaseCopy(new CopyEnd(source), new CopyEnd(target), clock, report)
                .RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreFault.IsOfDatabase(exception) && !IsExplained(exception))
        {
            throw new DatabaseCommandException(
                $"The copy stopped: {StoreFault.Describe(exception)} Run the same command again to continue.",
                exception);
        }
    }

    private static bool IsExplained(Exception exception) =>
        exception is DatabaseCommandException or Domain.StoreUnavailableException;
}
