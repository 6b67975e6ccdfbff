using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using WebhookService.Infrastructure.Copying.Sides;

namespace WebhookService.Infrastructure.Copying;

/// <summary>The indexes of the target, which are missing while rows are copied.</summary>
/// <remarks>
/// An index of random keys makes each row cost several writes. Sorting all keys at the end costs a fraction of that.
/// </remarks>
internal sealed class CopyIndexes(CopyEnd target)
{
    /// <summary>Drops them, in an empty target.</summary>
    public void Drop(DbConnection connection, DbTransaction transaction)
    {
        using var db = target.CreateContext();
        foreach (var index in CopyPlan.IndexesOf(db))
        {
            CopySide.Execute(connection, transaction, Sql(
                db,
                new DropIndexOperation { Name = index.Name, Table = index.Table.Name, Schema = index.Table.Schema }));
        }
    }

    /// <summary>Creates those that are missing.</summary>
    public void Create(Action<string> report, CancellationToken cancellationToken)
    {
        using var db = target.CreateContext();
        using var connection = target.Side.Open();
        ITableIndex[] missing =
            [.. CopyPlan.IndexesOf(db).Where(index => !target.Side.Exists(connection, null, index.Name))];
        foreach (var index in missing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CopySide.Execute(connection, null, Sql(db, CreateIndexOperation.CreateFrom(index)));
            report($"created the index {index.Name}");
        }
    }

    private static string Sql(DbContext db, MigrationOperation operation) =>
        db.GetService<IMigrationsSqlGenerator>().Generate([operation], db.GetService<IDesignTimeModel>().Model)
            .Single().CommandText;
}
