namespace WebhookService.Infrastructure.Model;

/// <summary>
/// Reads the URL of a SQLite file the way SQLAlchemy spells it: three slashes are relative, four absolute.
/// </summary>
internal static class SqliteUrl
{
    private const string Prefix = "sqlite:///";

    private const string Allowed =
        "DATABASE_URL must be sqlite:///relative/path.db or sqlite:////absolute/path.db";

    /// <exception cref="FormatException">The URL names no durable file.</exception>
    public static DatabaseTarget Parse(string url)
    {
        Require(url.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase), "the path begins after three slashes");
        var file = url[Prefix.Length..];
        Require(
            file.Length > 0 && !file.Contains(":memory:", StringComparison.OrdinalIgnoreCase),
            "a database in memory is not durable");
        Require(!file.AsSpan().ContainsAny("?#\0"), "options after '?' or '#' are not supported");
        var path = Path.GetFullPath(file);
        Require(!file.EndsWith('/') && !Directory.Exists(path), $"'{path}' is a directory");

        // A missing directory is rejected, not created: in a container it usually means that the volume is not mounted.
        Require(Directory.Exists(Path.GetDirectoryName(path)), $"the directory of '{path}' does not exist");
        return new DatabaseTarget(DatabaseKind.Sqlite, path, path);
    }

    private static void Require(bool isKept, string rule)
    {
        if (!isKept)
        {
            throw new FormatException($"{Allowed}; {rule}.");
        }
    }
}
