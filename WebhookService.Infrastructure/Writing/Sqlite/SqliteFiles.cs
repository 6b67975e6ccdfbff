namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// The database file and its log as they were opened. Without its name a file takes everything, and no restart finds
/// it.
/// </summary>
internal sealed class SqliteFiles
{
    private readonly FileIdentity[] _files;

    /// <summary>Notes them; the file has been read by then, so that its log is there.</summary>
    public SqliteFiles(string path) =>
        _files = [.. new[] { path, LogOf(path) }.Select(FileIdentity.Find).OfType<FileIdentity>()];

    /// <summary>The path of a database's log, which is beside the file that a link leads to.</summary>
    public static string LogOf(string path) => FileOwnership.FollowLinks(path) + "-wal";

    /// <summary>Call it when a commit has ended, and before anybody is told.</summary>
    /// <exception cref="CommitFailedException">A name leads to another file by now, or to none.</exception>
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
