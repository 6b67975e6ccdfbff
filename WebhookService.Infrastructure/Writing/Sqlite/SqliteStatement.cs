using System.Globalization;
using System.Text;
using SQLitePCL;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// A prepared statement that the writer reuses for every row. It encodes text into one buffer, which it also reuses.
/// </summary>
/// <remarks>
/// The write path bypasses ADO.NET, which prepares each statement again, boxes each value and waits for a busy
/// database in sleeps of 150 ms.
/// </remarks>
internal sealed class SqliteStatement : IDisposable
{
    // The longest account takes 256 bytes, so only a failure reason of many wide characters exceeds it.
    private const int TextSize = 1_024;

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;
    private readonly byte[] _text = new byte[TextSize];

    public SqliteStatement(sqlite3 db, string sql)
    {
        _db = db;
        SqliteFault.ThrowIfFailed(raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), db);
    }

    /// <summary>Number of rows that the last run of any statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_db);

    public SqliteStatement Bind(int index, ReadOnlySpan<char> value) =>
        BindText(index, Encoding.UTF8.TryGetBytes(value, _text, out var length)
            ? _text.AsSpan(0, length)
            : Encoding.UTF8.GetBytes(value.ToArray()));

    /// <summary>Binds a time as microseconds since 1970, truncated.</summary>
    public SqliteStatement Bind(int index, DateTimeOffset time) => Bind(index, Timestamps.ToUnixMicroseconds(time));

    /// <summary>Binds an amount with its two decimals.</summary>
    public SqliteStatement Bind(int index, decimal amount) =>
        Bind(index, amount.ToString("F2", CultureInfo.InvariantCulture));

    public SqliteStatement Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    /// <summary>Binds bytes as a blob. SQLite would bind no bytes at all as NULL.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value) => Check(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
        : raw.sqlite3_bind_blob(_statement, index, value));

    public SqliteStatement BindOrNull(int index, string? value) => value is null ? BindNull(index) : Bind(index, value);

    public SqliteStatement BindOrNull(int index, DateTimeOffset? time) =>
        time is { } known ? Bind(index, known) : BindNull(index);

    public SqliteStatement BindOrNull(int index, long? value) =>
        value is { } known ? Bind(index, known) : BindNull(index);

    public SqliteStatement BindNull(int index) => Check(raw.sqlite3_bind_null(_statement, index));

    /// <summary>Runs a statement that returns no row; returns the number of rows it changed.</summary>
    public int Execute()
    {
        var result = raw.sqlite3_step(_statement);
        Reset();
        if (result != raw.SQLITE_DONE)
        {
            SqliteFault.Throw(result, _db);
        }

        return Changes;
    }

    /// <summary>Steps to the next row; false at the end. End it with <see cref="Reset"/>.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        if (result != raw.SQLITE_DONE)
        {
            SqliteFault.Throw(result, _db);
        }

        return false;
    }

    /// <summary>Makes the statement ready for new values.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>
    /// Whether the accounts, the amount and the currency, in four columns from the first, are those of a transaction.
    /// </summary>
    public bool HasContentOf(Transaction transaction, int firstColumn) =>
        Text(firstColumn) == transaction.SourceAccount
        && Text(firstColumn + 1) == transaction.DestinationAccount
        && Text(firstColumn + 2) == transaction.Amount.ToString("F2", CultureInfo.InvariantCulture)
        && Text(firstColumn + 3) == transaction.Currency;

    public decimal Amount(int column) =>
        decimal.Parse(Text(column), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    public DateTimeOffset Time(int column) => Timestamps.FromUnixMicroseconds(Integer(column));

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    public void Dispose() => _statement.Dispose();

    private SqliteStatement BindText(int index, ReadOnlySpan<byte> value) =>
        Check(raw.sqlite3_bind_text(_statement, index, value));

    private SqliteStatement Check(int result)
    {
        SqliteFault.ThrowIfFailed(result, _db);
        return this;
    }
}
