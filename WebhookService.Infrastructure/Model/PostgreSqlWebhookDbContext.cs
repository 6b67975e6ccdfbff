using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Model;

/// <summary>PostgreSQL's mapping: texts are compared byte by byte, whatever the database's collation.</summary>
internal sealed class PostgreSqlWebhookDbContext(DbContextOptions<PostgreSqlWebhookDbContext> options)
    : ServerWebhookDbContext(options)
{
    // Also the fastest to compare, in every index that each row goes into.
    private const string ByteByByte = "C";

    // TAKE 1 makes the server look each tally up by its key; it would prefer to read the whole table, with all of the
    // versions that an old snapshot keeps.
    internal override IQueryable<TotalsRow> Totals =>
        from row in Set<TotalsRow>()
        from tally in Set<TallyRow>()
            .Where(t => t.InstanceId == row.InstanceId && t.Heartbeat == EF.Property<long>(row, Heartbeats))
            .Take(1)
            .DefaultIfEmpty()
        select new TotalsRow
        {
            InstanceId = row.InstanceId,
            Accepted = row.Accepted + ((long?)tally!.Accepted ?? 0),
            Processed = row.Processed + ((long?)tally.Processed ?? 0),
            Failed = row.Failed + ((long?)tally.Failed ?? 0),
            Retried = row.Retried + ((long?)tally.Retried ?? 0),
            Conflicts = row.Conflicts + ((long?)tally.Conflicts ?? 0),
            Dismissed = row.Dismissed,
        };

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Transaction>(row =>
        {
            // The key is the id. An index of sequences, too, would get two entries for each row, and nothing needs it.
            row.HasKey(t => t.TransactionId);
            var id = row.Metadata.FindProperty(nameof(Transaction.TransactionId))!;
            row.Metadata.RemoveIndex(row.Metadata.FindIndex(id)!);
            row.Property(t => t.TransactionId).UseCollation(ByteByByte);
            row.Property(t => t.SourceAccount).UseCollation(ByteByByte);
            row.Property(t => t.DestinationAccount).UseCollation(ByteByByte);
            row.Property(t => t.Status).UseCollation(ByteByByte);
        });
        modelBuilder.Entity<TallyRow>(MapTally);
    }

    private static void MapTally(EntityTypeBuilder<TallyRow> row)
    {
        row.ToTable("tallies");
        row.HasKey(t => new { t.InstanceId, t.Heartbeat });
        row.Property(t => t.InstanceId).HasColumnName("instance_id").ValueGeneratedNever();
        row.Property(t => t.Heartbeat).HasColumnName("heartbeat").ValueGeneratedNever();
        row.Property(t => t.Accepted).HasColumnName("accepted").HasDefaultValue(0L);
        row.Property(t => t.Processed).HasColumnName("processed").HasDefaultValue(0L);
        row.Property(t => t.Failed).HasColumnName("failed").HasDefaultValue(0L);
        row.Property(t => t.Retried).HasColumnName("retried").HasDefaultValue(0L);
        row.Property(t => t.Conflicts).HasColumnName("conflicts").HasDefaultValue(0L);
    }
}

/// <summary>Lets <c>dotnet ef migrations add</c> work without a server.</summary>
internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlWebhookDbContext>
{
    public PostgreSqlWebhookDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlWebhookDbContext>().UseNpgsql("Host=design-time").Options);
}
