using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>Exclusive ownership of a database file while this process runs.</summary>
/// <remarks>
/// One lock is on a separate lock file, so that a shell (<c>sqlite3 transactions.db</c>) can still read the database.
/// Another is on the database file, since the lock file can be removed. The operating system drops both when the
/// process ends, however it ends.
/// </remarks>
internal sealed class FileOwnership : IDisposable
{
    // EWOULDBLOCK of flock(2), and its equivalent on Windows.
    private const int WouldBlock = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _beside;
    private readonly FileStream _file;

    private FileOwnership(FileStream beside, FileStream file) => (_beside, _file) = (beside, file);

    /// <summary>
    /// Takes ownership of the file, creating an empty one if there is none; disposing the result ends the ownership.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// Another process owns it, or its directory cannot be written.
    /// </exception>
    public static FileOwnership Take(string path)
    {
        FileStream? beside = null;
        FileStream? file = null;
        try
        {
            path = FollowLinks(path);
            beside = Open(path + ".lock", FileShare.None);
            file = Open(path, FileShare.ReadWrite | FileShare.Delete);
            if (FileLock.TryTake(file.SafeFileHandle))
            {
                return new FileOwnership(beside, file);
            }
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw InUse(path, $"it has locked {path}.lock", exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new StoreUnavailableException($"The directory of {path} does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            beside?.Dispose();
            throw new StoreUnavailableException(
                $"The database directory of {path} cannot be written: {exception.Message}", exception);
        }

        file.Dispose();
        beside.Dispose();
        throw InUse(path, "it has locked the file, although its lock file was removed");
    }

    /// <summary>
    /// A file has one lock, whatever name it is opened by. SQLite also names its log after a link's target.
    /// </summary>
    public static string FollowLinks(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Call it once SQLite has closed the file: this ends all of its locks in this process.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _beside.Dispose();
    }

    // A new file is accessible to its owner only. SQLite gives the log the mode of the file, and a backup gets it too.
    private static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static StoreUnavailableException InUse(string path, string how, Exception? inner = null) =>
        new($"The database {path} is in use by another process ({how}).", inner);

    private static bool IsHeld(IOException exception) => exception.HResult is WouldBlock or SharingViolation;
}
