namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// The database file and its log as they were opened. A file without its name accepts every write, but no restart finds
/// it.
/// </summary>
internal sealed class SqliteFiles
{
    private readonly FileIdentity[] _files;

    /// <summary>Notes both files; the database has been read by then, so that its log exists.</summary>
    public SqliteFiles(string path) =>
        _files = [.. new[] { path, LogOf(path) }.Select(FileIdentity.Find).OfType<FileIdentity>()];

    /// <summary>The path of a database's log, which is next to the target of a link.</summary>
    public static string LogOf(string path) => FileOwnership.FollowLinks(path) + "-wal";

    /// <summary>Call it after a commit, before any request is answered.</summary>
    /// <exception cref="CommitFailedException">A name now leads to another file, or to none.</exception>
    public void RequireNames()
    {
        foreach (var file in _files)
        {
            if (file.IsGone())
            {
                throw new CommitFailedException(
                    CommitFault.Fatal, $"The file {file.Path} was removed or replaced while it was in use.");
            }
        }
    }
}
