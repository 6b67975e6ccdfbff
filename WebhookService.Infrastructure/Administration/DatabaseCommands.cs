using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Administration;

/// <summary>The database commands, which run without the service.</summary>
internal static class DatabaseCommands
{
    /// <summary>Brings the schema up to date; returns the database's name.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be used, or another process owns it.</exception>
    public static async Task<string> MigrateDatabaseAsync(
        this IServiceProvider services, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<IDatabase>();
        database.Take();
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken).ConfigureAwait(false);
        return database.Name;
    }

    /// <summary>Writes a copy of the SQLite database, even while another process serves it.</summary>
    /// <exception cref="DatabaseCommandException">No file was created; the message says why.</exception>
    public static DatabaseBackup BackUpDatabase(
        this IServiceProvider services, string file, CancellationToken cancellationToken)
    {
        var target = services.GetRequiredService<DatabaseTarget>();
        if (ServerTools.Backup(target.Kind) is not { } tools)
        {
            return SqliteBackup.Write(target.Address, Path.GetFullPath(file), cancellationToken);
        }

        var inbox = services.GetRequiredService<IOptions<InboxOptions>>().Value.Path;
        var rest = inbox.Length == 0 ? "" : $"; the transactions in the inbox {inbox} are on no server yet";
        throw new DatabaseCommandException($"{target.Name} is backed up with its own tools, such as {tools}{rest}.");
    }

    /// <summary>
    /// Checks a SQLite file, or the configured database, for damage; reports each finding in one line and returns their
    /// number.
    /// </summary>
    /// <exception cref="DatabaseCommandException">There is nothing to check; the message says why.</exception>
    public static long CheckDatabase(this IServiceProvider services, string? file, Action<string> report)
    {
        var target = services.GetRequiredService<DatabaseTarget>();
        return file is null && ServerTools.Check(target.Kind) is { } tools
            ? throw new DatabaseCommandException($"{target.Name} is checked with its own tools, such as {tools}.")
            : SqliteCheck.Run(file is null ? target.Address : Path.GetFullPath(file), report);
    }
}
