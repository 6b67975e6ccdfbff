using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying.Sides;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Reads the rows of a table in the order of its key, without keeping them.</summary>
/// <param name="side">The database.</param>
/// <param name="table">The table.</param>
/// <param name="isSource">Whether claims of unfinished rows are left out, since they do not outlive the source.</param>
/// <param name="rowsAtOnce">Most rows in a chunk.</param>
internal sealed class RowReader(CopySide side, CopyTable table, bool isSource, int rowsAtOnce)
{
    /// <summary>Enough that a commit costs little, few enough to be written again after a kill.</summary>
    public const int MaxRows = 10_000;

    private const long MaxSize = 8 * 1_048_576;

    private readonly int _status = isSource ? IndexOf(table, "status") : -1;
    private readonly int _claim = isSource ? IndexOf(table, "claimed_by") : -1;
    private object?[]? _last;

    /// <summary>Reads the rows after a key in chunks of limited number and size.</summary>
    /// <exception cref="DatabaseCommandException">A value cannot be read; the message names its row.</exception>
    public IEnumerable<IReadOnlyList<object?[]>> ReadChunks(object[]? after)
    {
        List<object?[]> chunk = new(rowsAtOnce);
        var size = 0L;
        foreach (var row in Read(after))
        {
            chunk.Add(row);
            size += SizeOf(row);
            if (chunk.Count == rowsAtOnce || size >= MaxSize)
            {
                yield return chunk;
                chunk = new List<object?[]>(rowsAtOnce);
                size = 0;
            }
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

    private IEnumerable<object?[]> Read(object[]? after)
    {
        using var connection = side.Open();
        using var command = CopySide.Command(connection, null, table.Select(isAfterKey: after is not null));
        foreach (var (i, value) in (after ?? []).Index())
        {
            var key = command.CreateParameter();
            (key.ParameterName, key.Value) = ($"@k{i}", side.ToParameter(value, table.Columns[i]));
            command.Parameters.Add(key);
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object?[table.Columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Read(reader, i);
            }

            _last = row;
            yield return WithoutClaim(row);
        }
    }

    private object Read(System.Data.Common.DbDataReader reader, int i)
    {
        try
        {
            return side.Read(reader, i, table.Columns[i]);
        }
        catch (Exception exception) when (
            exception is InvalidCastException or FormatException or OverflowException)
        {
            var where = _last is null
                ? "its first row"
                : $"the row after {string.Join(", ", table.KeyOf(_last).Select(CopyMarker.ToText))}";
            throw new DatabaseCommandException(
                $"{side.Target.Name}: {table.Name}.{table.Columns[i].Name} of {where} cannot be read; run the check "
                + "command on the source.",
                exception);
        }
    }

    private object?[] WithoutClaim(object?[] row)
    {
        if (_status >= 0 && _claim >= 0 && row[_status] is "PROCESSING")
        {
            row[_claim] = null;
        }

        return row;
    }

    private static long SizeOf(object?[] row)
    {
        var size = 0L;
        foreach (var value in row)
        {
            size += value switch
            {
                string text => text.Length,
                byte[] bytes => bytes.Length,
                _ => sizeof(long),
            };
        }

        return size;
    }

    private static int IndexOf(CopyTable table, string column) => table.Name == "transactions"
        ? table.Columns.Index().First(it => it.Item.Name == column).Index
        : -1;
}
