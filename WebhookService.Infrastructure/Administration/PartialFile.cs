using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WebhookService.Infrastructure.Administration;

/// <summary>A file under a temporary name, which gets its final name once it is complete and on the disk.</summary>
/// <remarks>If the process ends before that, however it ends, nothing has the final name.</remarks>
internal sealed class PartialFile : IDisposable
{
    // SQLite would mistake the log or the journal of an earlier file of the same name for this one's.
    private static readonly string[] Beside = ["", "-wal", "-shm", "-journal"];

    private readonly string _target;
    private readonly FileStream _stream;
    private bool _isPublished;

    private PartialFile(string target, string path, FileStream stream) =>
        (_target, Path, _stream) = (target, path, stream);

    /// <summary>The temporary name, in the same directory.</summary>
    public string Path { get; }

    public long Size => _stream.Length;

    /// <summary>Creates the file, with the permissions of another file.</summary>
    /// <exception cref="DatabaseCommandException">
    /// The final name exists, or files that SQLite would treat as part of it.
    /// </exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not create the file.</exception>
    public static PartialFile Create(string target, string like)
    {
        if (Array.Find(Beside, suffix => System.IO.Path.Exists(target + suffix)) is { } taken)
        {
            throw new DatabaseCommandException($"{target}{taken} already exists; nothing was written.");
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(target)))
        {
            throw new DatabaseCommandException($"The directory of {target} does not exist.");
        }

        var path = $"{target}.{Guid.NewGuid():N}.partial";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.GetUnixFileMode(like);
        }

        return new PartialFile(target, path, new FileStream(path, options));
    }

    /// <summary>Flushes the file to the disk, including writes through other handles.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <summary>Gives the file its final name, unless another file has it by now.</summary>
    /// <exception cref="IOException">Another file has it, or the file cannot be renamed.</exception>
    public void Publish()
    {
        Flush();
        File.Move(Path, _target, overwrite: false);
        _isPublished = true;
        FlushNames(System.IO.Path.GetDirectoryName(_target)!);
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_isPublished)
        {
            Array.ForEach(Beside, suffix => File.Delete(Path + suffix));
        }
    }

    // A name is on the disk once its directory is. Windows has no such call, and writes names through its own log.
    private static void FlushNames(string directory)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var handle = new SafeFileHandle(Open(directory, 0), ownsHandle: true);
            RandomAccess.FlushToDisk(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", BestFitMapping = false, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
