using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>A lock on a database file itself, which exists as long as the file.</summary>
/// <remarks>
/// It is on a byte far beyond the end of any file, so that it affects neither SQLite's own locks nor readers. It
/// belongs to the open file description, not to the process, which would lose it as soon as SQLite closed the file
/// anywhere in the process. Only Linux has such locks (<c>F_OFD_SETLK</c>).
/// </remarks>
internal static class FileLock
{
    private const int SetLock = 37;
    private const short WriteLock = 1;
    private const long Byte = 1L << 62;
    private const int Again = 11;
    private const int Denied = 13;

    /// <summary>
    /// Takes the lock until the handle is closed; false if another process has it. True where there are no such locks.
    /// </summary>
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
