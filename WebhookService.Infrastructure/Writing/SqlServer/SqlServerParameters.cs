using System.Buffers;
using System.Data;
using Microsoft.Data.SqlClient;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Named parameters, of exactly the type that the statement expects.</summary>
internal static class SqlServerParameters
{
    /// <summary>
    /// OPENJSON returns text in the collation of the database; ids are compared in that of their column.
    /// </summary>
    public const string Exact = "COLLATE Latin1_General_100_BIN2";

    /// <summary>The ids of <see cref="IdList"/>, as a query.</summary>
    public static string Ids(int index) =>
        $"SELECT sent.id {Exact} FROM OPENJSON(@ids{index}) WITH (id varchar(64) '$') AS sent";

    public static SqlParameter IdList(int index, IReadOnlyList<string> ids) =>
        Json($"@ids{index}", JsonList.Of(ids));

    public static SqlParameter Number(string name, long value) => new(name, SqlDbType.BigInt) { Value = value };

    public static SqlParameter NumberOrNull(string name, long? value) =>
        new(name, SqlDbType.BigInt) { Value = (object?)value ?? DBNull.Value };

    public static SqlParameter Text(string name, string? value, int length) =>
        new(name, SqlDbType.NVarChar, length) { Value = (object?)value ?? DBNull.Value };

    public static SqlParameter Time(string name, DateTimeOffset time) =>
        new(name, SqlDbType.DateTimeOffset) { Scale = 6, Value = Timestamps.ToMicroseconds(time) };

    public static SqlParameter TimeOrNull(string name, DateTimeOffset? time) => time is { } known
        ? Time(name, known)
        : new SqlParameter(name, SqlDbType.DateTimeOffset) { Scale = 6, Value = DBNull.Value };

    public static SqlParameter Json(string name, string json) =>
        new(name, SqlDbType.NVarChar, size: -1) { Value = json };

    /// <summary>Byte strings, concatenated, since JSON has none.</summary>
    public static SqlParameter Bytes(string name, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        var all = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            all.Write(part.Span);
        }

        return new SqlParameter(name, SqlDbType.VarBinary, size: -1) { Value = all.WrittenSpan.ToArray() };
    }

    /// <summary>The hash of this number in the concatenated hashes of a statement.</summary>
    public static string Hash(int index, string number) =>
        $"CONVERT(varbinary(32), SUBSTRING(@hashes{index}, {number} * 32 + 1, 32))";

    /// <summary>
    /// The body of a row, by its place in the concatenated bodies of a statement; null when it has none.
    /// </summary>
    public static string Body(int index, string row) =>
        $"SUBSTRING(@bodies{index}, {row}.body_start + 1, {row}.body_length)";
}
