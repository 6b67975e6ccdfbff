using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Reads of a file: times are microseconds since 1970, amounts text.</summary>
/// <remarks>
/// Preparing a statement takes SQLite longer than running it, and the driver's pool keeps none. So a few sessions are
/// kept, with theirs. A query runs on the thread that asks, so no more are in use than threads.
/// </remarks>
internal class SqliteReadDialect(DatabaseTarget target) : ReadDialect, IAsyncDisposable
{
    private readonly string _connectionString =
        new SqliteConnectionStringBuilder(SqliteDatabase.ReaderConnectionString(target.Address)) { Pooling = false }
            .ConnectionString;

    private readonly ConcurrentQueue<ReadSession> _kept = [];
    private volatile bool _isDisposed;

    public override ReadSession Take() => _kept.TryDequeue(out var kept) ? kept : base.Take();

    public override bool TryKeep(ReadSession session)
    {
        if (_isDisposed || _kept.Count >= Environment.ProcessorCount)
        {
            return false;
        }

        _kept.Enqueue(session);
        return true;
    }

    // Otherwise SQLite plans a query again for each value of its LIMIT. https://sqlite.org/queryplanner-ng.html#qpstab
    public override void Configure(DbConnection connection) => raw.sqlite3_db_config(
        ((SqliteConnection)connection).Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);

    // Otherwise the driver prepares a command each time it runs.
    public override void Prepare(DbCommand command) => command.Prepare();

    // SQLite merges the parts in the order of their indexes, row by row, until there are enough.
    public override string Part(string select, string name) => select;

    public override string Contains(string column, string parameter) => $"instr({column}, {parameter}) > 0";

    // An amount is text with two decimals; without the point, it is an exact number of hundredths.
    public override string Comparable(string column) => $"CAST(replace({column}, '.', '') AS INTEGER)";

    public override ReadParameter ToParameter(string name, decimal amount) =>
        new(name, DbType.Int64, (long)(amount * 100));

    public override object ToValue(DateTimeOffset time) => Timestamps.ToUnixMicroseconds(time);

    public override DateTimeOffset Time(DbDataReader row, int column) =>
        Timestamps.FromUnixMicroseconds(row.GetInt64(column));

    public override decimal Amount(DbDataReader row, int column) =>
        decimal.Parse(row.GetString(column), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        while (_kept.TryDequeue(out var session))
        {
            await session.CloseAsync().ConfigureAwait(false);
        }
    }

    protected override DbConnection CreateConnection() => new SqliteConnection(_connectionString);
}
