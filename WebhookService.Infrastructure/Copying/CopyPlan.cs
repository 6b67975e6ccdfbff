using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Copying;

/// <summary>The tables of a copy. They come from EF Core's model, so that a new table cannot be forgotten.</summary>
internal static class CopyPlan
{
    /// <summary>The tables whose rows are not copied one by one, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["instances"] = "no instance runs on the target; only the counter of their numbers is copied",
        ["totals"] = "the sums are copied, since only they have a meaning without the instances",
        ["tallies"] = "they are part of the sums",
        ["alerts"] = "they say what was sent before; the target begins anew",
    };

    /// <summary>Finds the tables of one database's model.</summary>
    /// <exception cref="NotSupportedException">A table has no key, or a column no kind, that can be copied.</exception>
    public static IReadOnlyList<CopyTable> Of(WebhookDbContext db) =>
    [
        .. TablesOf(db).Where(table => !Others.ContainsKey(table.Name))
            .OrderBy(table => table.Name, StringComparer.Ordinal)
            .Select(Describe),
    ];

    /// <summary>Finds the numbers that the database itself assigns: table and column.</summary>
    public static IReadOnlyList<(string Table, string Column)> CountersOf(WebhookDbContext db) =>
    [
        .. TablesOf(db).SelectMany(
            table => table.Columns.Where(IsCounter).Select(column => (table.Name, column.Name))),
    ];

    /// <summary>The tables of <see cref="Others"/> that a database has.</summary>
    public static IReadOnlyList<string> OthersOf(WebhookDbContext db) =>
        [.. TablesOf(db).Select(table => table.Name).Where(Others.ContainsKey)];

    /// <summary>Pairs the tables of two models.</summary>
    /// <exception cref="NotSupportedException">The models differ in more than their types.</exception>
    public static IReadOnlyList<(CopyTable Source, CopyTable Target)> Pair(
        IReadOnlyList<CopyTable> source, IReadOnlyList<CopyTable> target)
    {
        string[] differences =
        [
            .. Shape(source).Except(Shape(target)).Select(it => $"{it} is only in the source"),
            .. Shape(target).Except(Shape(source)).Select(it => $"{it} is only in the target"),
        ];
        return differences.Length == 0
            ? [.. source.Select(table => (table, target.Single(other => other.Name == table.Name)))]
            : throw new NotSupportedException(string.Join("; ", differences));
    }

    /// <summary>The indexes that are created once all rows are there, which is far faster.</summary>
    public static IReadOnlyList<ITableIndex> IndexesOf(WebhookDbContext db) =>
        [.. TablesOf(db).Where(table => !Others.ContainsKey(table.Name)).SelectMany(table => table.Indexes)];

    // The model that the service runs on lacks what only migrations need.
    private static IEnumerable<ITable> TablesOf(WebhookDbContext db) =>
        db.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables;

    private static IEnumerable<string> Shape(IReadOnlyList<CopyTable> tables) =>
        from table in tables
        from i in Enumerable.Range(0, table.Columns.Count)
        let column = table.Columns[i]
        select $"{table.Name}.{column.Name} ({column.Kind}{(i < table.KeyLength ? $", key {i}" : "")})";

    private static CopyTable Describe(ITable table)
    {
        var key = KeyOf(table);
        IColumn[] columns =
            [.. key, .. table.Columns.Except(key).OrderBy(column => column.Name, StringComparer.Ordinal)];
        return new CopyTable(table.Name, [.. columns.Select(Describe)], key.Length);
    }

    // The primary key; or the assigned number if it has a text, which not every database sorts by its bytes.
    private static IColumn[] KeyOf(ITable table)
    {
        IColumn[] key = [.. table.PrimaryKey?.Columns ?? []];
        if (key.Any(column => KindOf(column) is not (ColumnKind.Integer or ColumnKind.Binary or ColumnKind.Time)))
        {
            key = [.. table.Columns.Where(IsCounter)];
        }

        return key.Length > 0 ? key : throw new NotSupportedException($"{table.Name} has no key to copy it by");
    }

    private static CopyColumn Describe(IColumn column) => new(
        column.Name, KindOf(column), column.StoreType, PropertyOf(column).IsFixedLength() == true);

    private static ColumnKind KindOf(IColumn column)
    {
        var type = PropertyOf(column).ClrType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(DateTimeOffset) => ColumnKind.Time,
            _ when type == typeof(decimal) => ColumnKind.Amount,
            _ when type == typeof(string) => ColumnKind.Text,
            _ when type == typeof(byte[]) => ColumnKind.Binary,
            _ when type == typeof(bool) => ColumnKind.Boolean,
            _ when type == typeof(int) || type == typeof(long) => ColumnKind.Integer,
            { IsEnum: true } when PropertyOf(column).GetTypeMapping().Converter?.ProviderClrType == typeof(string) =>
                ColumnKind.Text,
            _ => throw new NotSupportedException($"{column.Table.Name}.{column.Name} has the type {type}"),
        };
    }

    private static bool IsCounter(IColumn column) =>
        PropertyOf(column).ValueGenerated == ValueGenerated.OnAdd && KindOf(column) == ColumnKind.Integer
        && !PropertyOf(column).TryGetDefaultValue(out _);

    private static IProperty PropertyOf(IColumn column) => column.PropertyMappings[0].Property;
}
