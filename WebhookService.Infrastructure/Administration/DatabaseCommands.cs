using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Administration;

/// <summary>What can be done to the database without running the service.</summary>
public static class DatabaseCommands
{
    /// <summary>Brings the schema up to date; returns the database's name.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used, or another process has it.</exception>
    public static async Task<string> MigrateDatabaseAsync(
        this IServiceProvider services, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<IDatabase>();
        database.Take();
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken).ConfigureAwait(false);
        return database.Name;
    }

    /// <summary>Writes a copy of the SQLite database, also while another process serves it.</summary>
    /// <exception cref="DatabaseCommandException">No file of that name was made; the message says why.</exception>
    public static DatabaseBackup BackUpDatabase(
        this IServiceProvider services, string file, CancellationToken cancellationToken)
    {
        var target = services.GetRequiredService<DatabaseTarget>();
        if (ServerTools.Backup(target.Kind) is not { } tools)
        {
            return SqliteBackup.Write(target.Address, Path.GetFullPath(file), cancellationToken);
        }

        var inbox = services.GetRequiredService<IOptions<InboxOptions>>().Value.Path;
        var rest = inbox.Length == 0 ? "" : $"; what waits in the inbox {inbox} is on no server yet";
        throw new DatabaseCommandException($"{target.Name} is backed up with its own tools, such as {tools}{rest}.");
    }

    /// <summary>
    /// Looks for damage in a SQLite file, or in the configured database; reports each finding in a line. The number of
    /// findings.
    /// </summary>
    /// <exception cref="DatabaseCommandException">There is nothing to look at; the message says why.</exception>
    public static long CheckDatabase(this IServiceProvider services, string? file, Action<string> report)
    {
        var target = services.GetRequiredService<DatabaseTarget>();
        return file is null && ServerTools.Check(target.Kind) is { } tools
            ? throw new DatabaseCommandException($"{target.Name} is checked with its own tools, such as {tools}.")
            : SqliteCheck.Run(file is null ? target.Address : Path.GetFullPath(file), report);
    }
}
