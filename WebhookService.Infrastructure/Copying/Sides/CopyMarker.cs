using System.Data.Common;
using System.Globalization;

namespace WebhookService.Infrastructure.Copying.Sides;

/// <summary>How far a copy is, stored in its target. While it is there, the copy is unfinished.</summary>
internal static class CopyMarker
{
    /// <summary>The name of its table, which is not in EF Core's model.</summary>
    public const string Table = "unfinished_copy";

    /// <summary>The entry that says what the target is a copy of.</summary>
    public const string Source = "source";

    private const string IsDone = "done";
    private const string IsPart = "part";

    /// <summary>Returns an entry; null if there is none.</summary>
    public static string? Read(DbConnection connection, DbTransaction? transaction, string name) =>
        CopySide.Scalar(connection, transaction, $"SELECT value FROM {Table} WHERE name = @name", ("@name", name))
            as string;

    /// <summary>Adds or replaces an entry.</summary>
    public static void Write(DbTransaction transaction, string name, string value)
    {
        var connection = transaction.Connection!;
        CopySide.Execute(connection, transaction, $"DELETE FROM {Table} WHERE name = @name", ("@name", name));
        CopySide.Execute(
            connection, transaction, $"INSERT INTO {Table} (name, value) VALUES (@name, @value)",
            ("@name", name), ("@value", value));
    }

    /// <summary>Returns the progress of a table.</summary>
    public static CopyProgress ReadProgress(DbConnection connection, CopyTable table)
    {
        if (Read(connection, null, table.Name)?.Split(' ') is not [var state, var rows, .. var key])
        {
            return new CopyProgress(0, null, false);
        }

        return new CopyProgress(
            long.Parse(rows, CultureInfo.InvariantCulture),
            key.Length == 0 ? null : [.. key.Zip(table.Columns, FromText)],
            state == IsDone);
    }

    /// <summary>Stores the progress of a table in the transaction that writes its rows.</summary>
    public static void WriteProgress(DbTransaction transaction, CopyTable table, CopyProgress progress) => Write(
        transaction, table.Name, string.Join(' ', [
            progress.IsDone ? IsDone : IsPart,
            progress.Rows.ToString(CultureInfo.InvariantCulture),
            .. (progress.After ?? []).Select(ToText),
        ]));

    /// <summary>A value of a key as text.</summary>
    public static string ToText(object value) => value is byte[] bytes
        ? Convert.ToHexString(bytes)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static object FromText(string text, CopyColumn column) => column.Kind == ColumnKind.Binary
        ? Convert.FromHexString(text)
        : long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>How far the copy of a table is.</summary>
/// <param name="Rows">Number of rows copied.</param>
/// <param name="After">The key of the last of them; null for none.</param>
/// <param name="IsDone">Whether there are no more.</param>
internal sealed record CopyProgress(long Rows, object[]? After, bool IsDone);
