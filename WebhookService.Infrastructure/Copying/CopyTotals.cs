using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Copying;

/// <summary>The sums of the totals of all instances, by column. The columns come from EF Core's model.</summary>
internal sealed class CopyTotals
{
    private readonly SortedDictionary<string, long> _sums = new(StringComparer.Ordinal);

    private CopyTotals()
    {
    }

    /// <summary>Reads the sums of a database.</summary>
    public static CopyTotals Read(WebhookDbContext db)
    {
        var rows = db.Totals.ToList();
        var totals = new CopyTotals();
        foreach (var property in db.Model.FindEntityType(typeof(TotalsRow))!.GetProperties())
        {
            if (property.PropertyInfo is { } member && !property.IsPrimaryKey())
            {
                totals._sums[property.GetColumnName()] = rows.Sum(row => (long)member.GetValue(row)!);
            }
        }

        return totals;
    }

    /// <summary>Inserts the sums as row 0, the totals of no instance.</summary>
    public void Insert(DbTransaction transaction)
    {
        var columns = string.Join(", ", _sums.Keys.Select(CopyTable.Quote));
        var values = string.Join(", ", _sums.Keys.Select(name => $"@{name}"));
        CopySide.Execute(
            transaction.Connection!, transaction,
            $"INSERT INTO totals (instance_id, {columns}) VALUES (0, {values})",
            [.. _sums.Select(sum => ($"@{sum.Key}", (object)sum.Value))]);
    }

    /// <summary>The sums in one line; equal sums have equal lines.</summary>
    public override string ToString() => string.Join(
        ", ", _sums.Select(sum => string.Create(CultureInfo.InvariantCulture, $"{sum.Value} {sum.Key}")));
}
