using System.Data;
using System.Data.Common;

namespace WebhookService.Infrastructure.Reading;

/// <summary>What differs from one kind of database to another when transactions are read. Servers by default.</summary>
internal abstract class ReadDialect
{
    /// <summary>The column of <c>transactions</c> by which a row is found fastest.</summary>
    public virtual string Key => "sequence";

    /// <summary>The end of a query that returns the newest <c>@limit</c> rows.</summary>
    public string NewestFirst => $"ORDER BY created_at DESC, sequence DESC {Limit}";

    /// <summary>How many rows an ordered query returns.</summary>
    public virtual string Limit => "LIMIT @limit";

    /// <summary>A session, whose connection may not be open yet.</summary>
    public virtual ReadSession Take() => new(CreateConnection(), this);

    /// <summary>Keeps a session for a later query. Servers do not: their drivers keep connections.</summary>
    public virtual bool TryKeep(ReadSession session) => false;

    /// <summary>Sets what the queries on a connection need.</summary>
    public virtual void Configure(DbConnection connection)
    {
    }

    /// <summary>
    /// Prepares a command that its session keeps. Server drivers prepare frequent statements themselves.
    /// </summary>
    public virtual void Prepare(DbCommand command)
    {
    }

    /// <summary>
    /// One part of a union whose newest rows are wanted. A server stops after these in each part only if the part has
    /// its own limit.
    /// </summary>
    public virtual string Part(string select, string name) => $"SELECT * FROM ({select} {NewestFirst}) {name}";

    /// <summary>The first <c>@limit</c> rows of a query, in any order.</summary>
    public virtual string First(string select) => $"SELECT * FROM (\n{select}\n) every LIMIT @limit";

    /// <summary>A condition that holds for exactly this text: case, accents and trailing spaces matter.</summary>
    public virtual string Equal(string column, string parameter) => $"{column} = {parameter}";

    /// <summary>A condition that holds for texts that contain this one.</summary>
    public virtual string Contains(string column, string parameter) => $"strpos({column}, {parameter}) > 0";

    /// <summary>An amount in a form that compares as a number.</summary>
    public virtual string Comparable(string column) => column;

    /// <summary>An amount as the value of a parameter that is compared with <see cref="Comparable"/>.</summary>
    public virtual ReadParameter ToParameter(string name, decimal amount) => new(name, DbType.Decimal, amount);

    /// <summary>A time as the value of a parameter.</summary>
    public virtual object ToValue(DateTimeOffset time) => time;

    public virtual DateTimeOffset Time(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    public virtual decimal Amount(DbDataReader row, int column) => row.GetDecimal(column);

    protected abstract DbConnection CreateConnection();
}
