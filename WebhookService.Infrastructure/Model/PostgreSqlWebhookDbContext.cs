using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Model;

/// <summary>PostgreSQL's mapping: texts are compared byte by byte, whatever the database's collation.</summary>
public sealed class PostgreSqlWebhookDbContext(DbContextOptions<PostgreSqlWebhookDbContext> options)
    : ServerWebhookDbContext(options)
{
    // Also the fastest to compare, in every index that each row goes into.
    private const string ByteByByte = "C";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Transaction>(row =>
        {
            row.Property(t => t.TransactionId).UseCollation(ByteByByte);
            row.Property(t => t.SourceAccount).UseCollation(ByteByByte);
            row.Property(t => t.DestinationAccount).UseCollation(ByteByByte);
            row.Property(t => t.Status).UseCollation(ByteByByte);
        });
    }
}

/// <summary>Lets <c>dotnet ef migrations add</c> work without a server.</summary>
internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlWebhookDbContext>
{
    public PostgreSqlWebhookDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlWebhookDbContext>().UseNpgsql("Host=design-time").Options);
}
