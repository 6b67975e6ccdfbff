using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Model;

/// <summary>SQL Server's mapping: its default collation treats <c>TXN_1</c> and <c>txn_1</c> as equal.</summary>
internal sealed class SqlServerWebhookDbContext(DbContextOptions<SqlServerWebhookDbContext> options)
    : ServerWebhookDbContext(options)
{
    private const string Exact = "Latin1_General_100_BIN2";

    // 64 code points may take two units of UTF-16 each.
    internal const int MaxAccountUnits = 2 * TransactionRules.MaxAccountLength;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Transaction>(row =>
        {
            row.Property(t => t.TransactionId).IsUnicode(false).UseCollation(Exact);
            row.Property(t => t.SourceAccount).HasMaxLength(MaxAccountUnits).UseCollation(Exact);
            row.Property(t => t.DestinationAccount).HasMaxLength(MaxAccountUnits).UseCollation(Exact);
            // The column pads the empty currency of a pruned row with spaces.
            row.Property(t => t.Currency).IsUnicode(false).IsFixedLength()
                .HasConversion(code => code, code => code.TrimEnd());
            row.Property(t => t.Status).IsUnicode(false);
            row.Property(t => t.TraceParent).IsUnicode(false);
            row.Property(t => t.Source).IsUnicode(false);
            Cover(row);
        });
        modelBuilder.Entity<AttemptRow>().Property(a => a.Outcome).IsUnicode(false);
        modelBuilder.Entity<ConflictRow>(row =>
        {
            row.Property(c => c.SourceAccount).HasMaxLength(MaxAccountUnits);
            row.Property(c => c.DestinationAccount).HasMaxLength(MaxAccountUnits);
            row.Property(c => c.Currency).IsUnicode(false).IsFixedLength();
        });
        modelBuilder.Entity<QuarantineRow>().Property(q => q.Source).IsUnicode(false);
        modelBuilder.Entity<AuditRow>().Property(a => a.Target).UseCollation(Exact);
    }

    // The optimizer uses a filtered index for a query with IS NULL only if the column is in the index. See
    // https://learn.microsoft.com/sql/relational-databases/indexes/create-filtered-indexes
    private static void Cover(EntityTypeBuilder<Transaction> row)
    {
        foreach (var index in row.Metadata.GetIndexes())
        {
            string[] columns =
            [
                .. new[] { nameof(Transaction.NextAttemptAt), ClaimedBy, nameof(Transaction.ContentHash), DismissedAt }
                    .Where(name => index.GetFilter() is { } filter && filter.Contains(
                        $"{row.Metadata.FindProperty(name)!.GetColumnName()} IS NULL", StringComparison.Ordinal))
                    .Except(index.Properties.Select(property => property.Name)),
            ];
            if (columns.Length > 0)
            {
                SqlServerIndexExtensions.SetIncludeProperties(index, columns);
            }
        }
    }
}

/// <summary>Lets <c>dotnet ef migrations add</c> work without a server.</summary>
internal sealed class SqlServerDesignTimeFactory : IDesignTimeDbContextFactory<SqlServerWebhookDbContext>
{
    public SqlServerWebhookDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerWebhookDbContext>().UseSqlServer("Server=design-time").Options);
}
