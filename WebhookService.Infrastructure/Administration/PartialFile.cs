using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WebhookService.Infrastructure.Administration;

/// <summary>A file under a temporary name, which gets its own name when it is whole and on the disk.</summary>
/// <remarks>Whatever ends the process before that leaves nothing under the name.</remarks>
internal sealed class PartialFile : IDisposable
{
    // SQLite would take the log or the journal of an earlier file of the name for this one's.
    private static readonly string[] Beside = ["", "-wal", "-shm", "-journal"];

    private readonly string _target;
    private readonly FileStream _stream;
    private bool _isPublished;

    private PartialFile(string target, string path, FileStream stream) =>
        (_target, Path, _stream) = (target, path, stream);

    /// <summary>The temporary name, beside the other one.</summary>
    public string Path { get; }

    public long Size => _stream.Length;

    /// <summary>Makes it, to be read by whoever may read another file.</summary>
    /// <exception cref="DatabaseCommandException">The name is taken, or files stand beside it that would become a part
    /// of it.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static PartialFile Create(string target, string like)
    {
        if (Array.Find(Beside, suffix => System.IO.Path.Exists(target + suffix)) is { } taken)
        {
            throw new DatabaseCommandException($"{target}{taken} exists already; nothing was written.");
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

    /// <summary>Puts on the disk what is in it, whoever wrote that.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <summary>Gives it its name, unless another file has got that meanwhile.</summary>
    /// <exception cref="IOException">It has, or the name could not be given.</exception>
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

    // A name is on the disk when its directory is. Windows has no such call, and writes names through its own log.
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
