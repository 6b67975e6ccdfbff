using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>The settings of a database on SQL Server on which the service depends.</summary>
/// <param name="IsSnapshot">READ_COMMITTED_SNAPSHOT: readers and writers do not wait for each other.</param>
/// <param name="HasJson">OPENJSON, which a compatibility level below 130 lacks: rows are sent as JSON.</param>
/// <param name="DelayedDurability">DISABLED, ALLOWED or FORCED.</param>
internal sealed record SqlServerSettings(bool IsSnapshot, bool HasJson, string DelayedDurability)
{
    private const int UnknownName = 208;

    // A server that only speaks the protocol may leave these unset.
    private const string Query = """
        SELECT ISNULL(is_read_committed_snapshot_on, 1), ISNULL(delayed_durability_desc, 'DISABLED')
        FROM sys.databases WHERE database_id = DB_ID()
        """;

    /// <summary>Why transactions cannot be accepted; null when they can.</summary>
    public string? Unsuitable =>
        !HasJson
            ? "it has no OPENJSON, since its compatibility level is below 130; run "
                + "ALTER DATABASE CURRENT SET COMPATIBILITY_LEVEL = 130."
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
        var hasJson = FindJson(connection);
        using var command = connection.CreateCommand();
        command.CommandText = Query;
        using var reader = command.ExecuteReader();
        _ = reader.Read();
        return new SqlServerSettings(reader.GetBoolean(0), hasJson, reader.GetString(1));
    }

    // The level itself says less: what only speaks the protocol may report an old one, and have it.
    private static bool FindJson(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM OPENJSON(N'[]')";
        try
        {
            _ = command.ExecuteScalar();
            return true;
        }
        catch (SqlException exception) when (exception.Number == UnknownName)
        {
            return false;
        }
    }
}
