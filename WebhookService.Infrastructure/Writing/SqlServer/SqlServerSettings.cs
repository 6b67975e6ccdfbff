using System.Data.Common;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>The settings of a database on SQL Server on which the service depends.</summary>
/// <param name="IsSnapshot">READ_COMMITTED_SNAPSHOT: readers and writers do not wait for each other.</param>
/// <param name="CompatibilityLevel">The version of SQL Server whose T-SQL it understands.</param>
/// <param name="DelayedDurability">DISABLED, ALLOWED or FORCED.</param>
internal sealed record SqlServerSettings(bool IsSnapshot, int CompatibilityLevel, string DelayedDurability)
{
    // Rows are sent as JSON: https://learn.microsoft.com/sql/t-sql/functions/openjson-transact-sql
    private const int FirstWithJson = 130;

    // A server that only speaks the protocol may leave these unset.
    private const string Query = """
        SELECT ISNULL(is_read_committed_snapshot_on, 1), ISNULL(compatibility_level, 130),
            ISNULL(delayed_durability_desc, 'DISABLED')
        FROM sys.databases WHERE database_id = DB_ID()
        """;

    /// <summary>Why transactions cannot be accepted; null when they can.</summary>
    public string? Unsuitable =>
        CompatibilityLevel < FirstWithJson
            ? $"its compatibility level is {CompatibilityLevel}, and {FirstWithJson} is needed; run "
                + $"ALTER DATABASE CURRENT SET COMPATIBILITY_LEVEL = {FirstWithJson}."
        : DelayedDurability == "FORCED"
            ? "its delayed durability is FORCED, so a commit may be lost after its 202; run ALTER DATABASE CURRENT SET "
                + "DELAYED_DURABILITY = DISABLED."
        : null;

    /// <summary>What makes it slower than it has to be; null for nothing.</summary>
    public string? Risk => IsSnapshot
        ? null
        : "READ_COMMITTED_SNAPSHOT is off, so queries and writes wait for each other and may deadlock; run "
            + "ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON while the service is stopped.";

    /// <summary>Reads those of the database to which a connection is open.</summary>
    public static SqlServerSettings Read(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Query;
        using var reader = command.ExecuteReader();
        _ = reader.Read();
        return new SqlServerSettings(reader.GetBoolean(0), reader.GetByte(1), reader.GetString(2));
    }
}
