using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The usual way: EF Core, one SaveChanges per request, on the table and indexes of the service.</summary>
/// <remarks>
/// Microsoft.Data.Sqlite's defaults: WAL, in which EF Core creates a database, and <c>synchronous=FULL</c>. It only
/// stores; nothing is queued or processed.
/// </remarks>
internal static class SaveChangesPerRequest
{
    public static Task<int> RunAsync(string port, string connection) => PeerHost.RunAsync<SaveChangesController>(
        port,
        builder => builder.Services.AddDbContextPool<PeerDbContext>(options => options.UseSqlite(connection)),
        _ =>
        {
            using var schema = new SqliteWebhookDbContext(
                new DbContextOptionsBuilder<SqliteWebhookDbContext>().UseSqlite(connection).Options);
            schema.Database.Migrate();
        });

    /// <summary>The same on PostgreSQL, with its own defaults, fsync and synchronous commit on.</summary>
    public static Task<int> RunOnPostgresAsync(string port, string connection) => PeerHost.RunAsync<SaveChangesController>(
        port,
        builder => builder.Services.AddDbContextPool<PeerDbContext>(options => options.UseNpgsql(connection)),
        _ =>
        {
            using var schema = new PostgreSqlWebhookDbContext(
                new DbContextOptionsBuilder<PostgreSqlWebhookDbContext>().UseNpgsql(connection).Options);
            schema.Database.Migrate();
        });
}

[ApiController]
[Route("v1/webhooks/transactions")]
public sealed class SaveChangesController(PeerDbContext db) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> ReceiveAsync(PeerTransaction body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        db.Rows.Add(new PeerRow
        {
            TransactionId = body.TransactionId,
            SourceAccount = body.SourceAccount,
            DestinationAccount = body.DestinationAccount,
            Amount = body.Amount,
            Currency = body.Currency,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        });
        await db.SaveChangesAsync(cancellationToken);
        return Accepted(new { message = "accepted", transaction_id = body.TransactionId });
    }
}

public sealed class PeerDbContext(DbContextOptions<PeerDbContext> options) : DbContext(options)
{
    public DbSet<PeerRow> Rows => Set<PeerRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<PeerRow>(row =>
        {
            row.ToTable("transactions").HasKey(t => t.Sequence);
            row.Property(t => t.Sequence).HasColumnName("sequence");
            row.Property(t => t.TransactionId).HasColumnName("transaction_id");
            row.Property(t => t.SourceAccount).HasColumnName("source_account");
            row.Property(t => t.DestinationAccount).HasColumnName("destination_account");
            row.Property(t => t.Amount).HasColumnName("amount");
            row.Property(t => t.Currency).HasColumnName("currency");
            row.Property(t => t.Status).HasColumnName("status");
            row.Property(t => t.CreatedAt).HasColumnName("created_at");
            row.Property(t => t.Attempts).HasColumnName("attempts");
            if (Database.IsSqlite())
            {
                row.Property(t => t.CreatedAt).HasConversion(
                    time => Domain.Timestamps.ToUnixMicroseconds(time), number => Domain.Timestamps.FromUnixMicroseconds(number));
            }
        });
    }
}

public sealed class PeerRow
{
    public long Sequence { get; init; }

    public required string TransactionId { get; init; }

    public required string SourceAccount { get; init; }

    public required string DestinationAccount { get; init; }

    public decimal Amount { get; init; }

    public required string Currency { get; init; }

    public string Status { get; init; } = "PROCESSING";

    public DateTimeOffset CreatedAt { get; init; }

    public int Attempts { get; init; }
}
