using System.Runtime.InteropServices;
using System.Text;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>The file that a path leads to. Another file of the same name, or a copy, has another identity.</summary>
/// <remarks>
/// .NET has no API for it. Linux has <c>statx</c>, whose structure is the same on every processor; on Windows an open
/// file cannot be removed. A check costs one or two microseconds.
/// </remarks>
internal sealed class FileIdentity
{
    private const int CurrentDirectory = -100;
    private const uint InodeMask = 0x100;
    private const int NoEntry = 2;
    private const int NotADirectory = 20;

    private readonly byte[] _path;
    private readonly Status _status;

    private FileIdentity(string path, byte[] encoded, Status status) =>
        (Path, _path, _status) = (path, encoded, status);

    public string Path { get; }

    /// <summary>Notes which file the path leads to now; null where that cannot be determined.</summary>
    public static FileIdentity? Find(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var encoded = Encoding.UTF8.GetBytes(path + '\0');
            return Look(encoded, out var status) == 0 ? new FileIdentity(path, encoded, status) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018 (glibc), or 2024 (musl).
            return null;
        }
    }

    /// <summary>Whether the path no longer leads to the file. False when that cannot be determined.</summary>
    public bool IsGone() => Look(_path, out var now) == 0
        ? now.Inode != _status.Inode || now.Major != _status.Major || now.Minor != _status.Minor
        : Marshal.GetLastPInvokeError() is NoEntry or NotADirectory;

    private static int Look(byte[] path, out Status status) =>
        StatX(CurrentDirectory, path, flags: 0, InodeMask, out status);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int directory, byte[] path, int flags, uint mask, out Status status);

    // The fields that are read, at their offsets.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint Major;

        [FieldOffset(140)]
        public uint Minor;
    }
}
