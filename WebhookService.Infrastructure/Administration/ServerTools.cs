using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Administration;

/// <summary>The tools of a database server for the commands that this service implements for a file.</summary>
internal static class ServerTools
{
    /// <summary>Returns the tool for backups; null for a file.</summary>
    public static string? Backup(DatabaseKind kind) => kind switch
    {
        DatabaseKind.PostgreSql => "pg_dump",
        DatabaseKind.SqlServer => "BACKUP DATABASE … WITH CHECKSUM",
        _ => null,
    };

    /// <summary>Returns the tool for checks; null for a file.</summary>
    public static string? Check(DatabaseKind kind) => kind switch
    {
        DatabaseKind.PostgreSql => "pg_amcheck",
        DatabaseKind.SqlServer => "DBCC CHECKDB",
        _ => null,
    };
}
