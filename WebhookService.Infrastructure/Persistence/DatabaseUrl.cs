namespace WebhookService.Infrastructure.Persistence;

/// <summary>
/// Reads <c>DATABASE_URL</c> the way SQLAlchemy spells it: three slashes are relative, four absolute.
/// </summary>
internal static class DatabaseUrl
{
    private const string SqlitePrefix = "sqlite:///";

    private const string Allowed =
        "DATABASE_URL must be sqlite:///relative/path.db or sqlite:////absolute/path.db";

    /// <summary>The absolute path of the database file, or the sentence that says what is wrong with the URL.</summary>
    public static bool TryGetSqlitePath(string url, out string path, out string error)
    {
        path = string.Empty;
        error = string.Empty;
        if (!url.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase))
        {
            error = $"{Allowed}; '{Scheme(url)}' is not supported.";
            return false;
        }

        var file = url[SqlitePrefix.Length..];
        if (file.Length == 0 || file.Contains(":memory:", StringComparison.OrdinalIgnoreCase))
        {
            error = $"{Allowed}; a database in memory cannot keep a promise.";
            return false;
        }

        if (file.AsSpan().ContainsAny("?#\0"))
        {
            error = $"{Allowed}; options after '?' or '#' are not supported.";
            return false;
        }

        path = Path.GetFullPath(file);
        if (file.EndsWith('/') || Directory.Exists(path))
        {
            error = $"{Allowed}; '{path}' is a directory.";
            return false;
        }

        // A missing directory is refused, not made: in a container it mostly means that the volume is not mounted.
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            error = $"{Allowed}; the directory of '{path}' does not exist.";
            return false;
        }

        return true;
    }

    // Never echoes more than the scheme, since the rest may hold a password.
    private static string Scheme(string url) =>
        url.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? url[..end] : "no scheme";
}
