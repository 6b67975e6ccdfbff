using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Administration;

/// <summary>What a database server brings along for what this service does for a file itself.</summary>
internal static class ServerTools
{
    /// <summary>How it is backed up; null for a file.</summary>
    public static string? Backup(DatabaseKind kind) => kind switch
    {
        DatabaseKind.PostgreSql => "pg_dump",
        DatabaseKind.SqlServer => "BACKUP DATABASE … WITH CHECKSUM",
        _ => null,
    };

    /// <summary>How it is checked; null for a file.</summary>
    public static string? Check(DatabaseKind kind) => kind switch
    {
        DatabaseKind.PostgreSql => "pg_amcheck",
        DatabaseKind.SqlServer => "DBCC CHECKDB",
        _ => null,
    };
}
