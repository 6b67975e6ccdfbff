namespace WebhookService.Infrastructure.Model;

/// <summary>The supported databases.</summary>
internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,
    SqlServer,
}

/// <summary>The parsed <c>DATABASE_URL</c>.</summary>
/// <param name="Kind">The kind of database.</param>
/// <param name="Address">The absolute path of a SQLite file; the connection string of a server.</param>
/// <param name="Name">The name used in messages, without the password.</param>
internal sealed record DatabaseTarget(DatabaseKind Kind, string Address, string Name)
{
    private const string Allowed =
        "DATABASE_URL must be sqlite:///relative/path.db, sqlite:////absolute/path.db, "
        + "postgresql://user:password@host:5432/database or sqlserver://user:password@host:1433/database";

    /// <summary>Parses a URL.</summary>
    /// <exception cref="FormatException">The URL names no durable database; the message says why.</exception>
    public static DatabaseTarget Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);

        // Never echoes more than the scheme, since the rest may hold a password.
        var scheme = url.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? url[..end] : "no scheme";
        return scheme.ToLowerInvariant() switch
        {
            "sqlite" => SqliteUrl.Parse(url),
            "postgresql" or "postgres" => ServerUrl.Parse(url, DatabaseKind.PostgreSql),
            "sqlserver" => ServerUrl.Parse(url, DatabaseKind.SqlServer),
            _ => throw new FormatException($"{Allowed}; '{scheme}' is not supported."),
        };
    }
}
