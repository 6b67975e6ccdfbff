using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>A lock on a database file itself, which nobody can remove as long as there is the file.</summary>
/// <remarks>
/// It is on a byte far beyond the end of any file, so that SQLite's own locks and every reader go on beside it. It
/// belongs to the open file and not to the process, which would lose it as soon as SQLite closed the file anywhere in
/// it. Only Linux has such locks (<c>F_OFD_SETLK</c>).
/// </remarks>
internal static class FileLock
{
    private const int SetLock = 37;
    private const short WriteLock = 1;
    private const long Byte = 1L << 62;
    private const int Again = 11;
    private const int Denied = 13;

    /// <summary>Takes it until the handle is closed; false: another one has it. True where there are no such
    /// locks.</summary>
    public static bool TryTake(SafeFileHandle file)
    {
        var range = new Range { Type = WriteLock, Start = Byte, Length = 1 };
        return !OperatingSystem.IsLinux()
            || !Environment.Is64BitProcess
            || Control(file, SetLock, ref range) == 0
            || Marshal.GetLastPInvokeError() is not (Again or Denied);
    }

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(SafeFileHandle file, int command, ref Range range);

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct Range
    {
        [FieldOffset(0)]
        public short Type;

        [FieldOffset(8)]
        public long Start;

        [FieldOffset(16)]
        public long Length;
    }
}
