namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>A table as one database has it.</summary>
/// <param name="Name">Its name, the same in all databases.</param>
/// <param name="Columns">Its columns, beginning with those of the key.</param>
/// <param name="KeyLength">
/// Number of columns in the key: the order in which rows are read and written, the same in all databases.
/// </param>
internal sealed record CopyTable(string Name, IReadOnlyList<CopyColumn> Columns, int KeyLength)
{
    /// <summary>The key of a row.</summary>
    public object[] KeyOf(object?[] row) => row[..KeyLength]!;

    /// <summary>Selects all rows in the order of the key, or those after a key in the parameters @k0, @k1, ….</summary>
    public string Select(bool isAfterKey)
    {
        var keys = Columns.Take(KeyLength).Select(column => Quote(column.Name)).ToArray();
        return $"""
            SELECT {ColumnList} FROM {Quote(Name)} {(isAfterKey ? $"WHERE {After(keys, 0)}" : "")}
            ORDER BY {string.Join(", ", keys)}
            """;
    }

    /// <summary>The quoted names of the columns, separated by commas.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(column => Quote(column.Name)));

    /// <summary>Quotes a name of the model.</summary>
    public static string Quote(string name) => $"\"{name}\"";

    private static string After(string[] keys, int i) => i == keys.Length - 1
        ? $"{keys[i]} > @k{i}"
        : $"{keys[i]} >= @k{i} AND ({keys[i]} > @k{i} OR ({After(keys, i + 1)}))";
}

/// <summary>The kinds of values, which each database stores in its own way.</summary>
internal enum ColumnKind
{
    /// <summary>A <see cref="long"/>.</summary>
    Integer,

    /// <summary>A <see cref="bool"/>.</summary>
    Boolean,

    /// <summary>A <see cref="string"/>.</summary>
    Text,

    /// <summary>A <see cref="long"/>: microseconds since 1970, the precision of all databases.</summary>
    Time,

    /// <summary>A <see cref="decimal"/>.</summary>
    Amount,

    /// <summary>An array of bytes.</summary>
    Binary,
}

/// <summary>A column of a table as one database has it.</summary>
/// <param name="Name">Its name, the same in all databases.</param>
/// <param name="Kind">The kind of its values.</param>
/// <param name="StoreType">Its type in this database.</param>
/// <param name="IsFixedLength">Whether the database pads its texts with spaces.</param>
internal sealed record CopyColumn(string Name, ColumnKind Kind, string StoreType, bool IsFixedLength);
