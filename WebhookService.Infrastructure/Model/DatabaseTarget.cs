namespace WebhookService.Infrastructure.Model;

/// <summary>The databases that transactions can be kept in.</summary>
internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,
    SqlServer,
}

/// <summary>What <c>DATABASE_URL</c> says, once it is understood.</summary>
/// <param name="Kind">Which database it is.</param>
/// <param name="Address">The absolute path of a SQLite file; the connection string of a server.</param>
/// <param name="Name">What it is called in messages: never a password.</param>
internal sealed record DatabaseTarget(DatabaseKind Kind, string Address, string Name)
{
    private const string Allowed =
        "DATABASE_URL must be sqlite:///relative/path.db, sqlite:////absolute/path.db, "
        + "postgresql://user:password@host:5432/database or sqlserver://user:password@host:1433/database";

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">The URL names no durable place; the message says what is wrong.</exception>
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
