using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>The lock that makes a database file this process's own while it runs.</summary>
/// <remarks>
/// It is on a file beside the database, so that a shell (<c>sqlite3 transactions.db</c>) can still read. The operating
/// system drops it when the process ends, however it ends.
/// </remarks>
internal static class FileOwnership
{
    // EWOULDBLOCK of flock(2), and its like on Windows.
    private const int WouldBlock = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>Takes the file; disposing the result gives it up.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it, or its directory cannot be
    /// written.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            path = FollowLinks(path);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new StoreUnavailableException(
                $"The database {path} is in use by another process (its lock file {path}.lock is held).", exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new StoreUnavailableException($"The directory of {path} does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The database directory of {path} cannot be written: {exception.Message}", exception);
        }
    }

    // One file has one lock, by whatever name it is opened. SQLite too names its log after what a link leads to.
    private static string FollowLinks(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    private static bool IsHeld(IOException exception) => exception.HResult is WouldBlock or SharingViolation;
}
