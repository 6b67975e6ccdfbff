using System.Runtime.InteropServices;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// SQLite's functions that bind a value, called directly (https://www.sqlite.org/c3ref/bind_blob.html).
/// </summary>
/// <remarks>
/// A row binds nine values. Through SQLitePCLRaw, each takes and releases a handle, marks a call that may block and
/// copies its text, which together costs more than the binding. None of these functions blocks or calls back.
/// </remarks>
internal static class SqliteBinding
{
    /// <summary>For <see cref="BindText"/>: the text is not copied (SQLITE_STATIC).</summary>
    public const nint StaysInPlace = 0;

    // SQLitePCLRaw has loaded it by then.
    private const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_bind_text"), SuppressGCTransition]
    public static extern int BindText(nint statement, int index, nint text, int length, nint destructor);

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static extern int BindInteger(nint statement, int index, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static extern int BindNull(nint statement, int index);
}
