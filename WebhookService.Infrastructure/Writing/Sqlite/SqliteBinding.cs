using System.Runtime.InteropServices;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// SQLite's functions that bind a value, called directly (https://www.sqlite.org/c3ref/bind_blob.html).
/// </summary>
/// <remarks>
/// A row binds nine values. By way of SQLitePCLRaw each takes and gives back a handle, announces a call that may block
/// and has its text copied, which together is more than the binding. None of these blocks or calls back.
/// </remarks>
internal static class SqliteBinding
{
    /// <summary>For <see cref="BindText"/>: the text is not copied (SQLITE_STATIC).</summary>
    public const nint StaysInPlace = 0;

    // What SQLitePCLRaw has loaded by then.
    private const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_bind_text"), SuppressGCTransition]
    public static extern int BindText(nint statement, int index, nint text, int length, nint destructor);

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static extern int BindInteger(nint statement, int index, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static extern int BindNull(nint statement, int index);
}
