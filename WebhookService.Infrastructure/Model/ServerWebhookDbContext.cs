using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Model;

/// <summary>The mapping that database servers share: the server assigns the sequences, and claims are leased.</summary>
internal abstract class ServerWebhookDbContext(DbContextOptions options) : WebhookDbContext(options)
{
#pragma warning disable RS0030 // It does not run here: the server reads its own clock, which decides about leases.
    internal override IQueryable<RecordedInstance> Describe(IQueryable<Instance> rows, long self) =>
        rows.Select(i => new RecordedInstance(
            i.InstanceId,
            i.StartedAt,
            i.HeartbeatAt,
            i.ExpiresAt,
            i.InstanceId == self,
            i.ExpiresAt > DateTimeOffset.UtcNow));
#pragma warning restore RS0030

    /// <summary>The number of an instance's heartbeats, in its totals.</summary>
    internal const string Heartbeats = "Heartbeats";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMicroseconds>().HavePrecision(6);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Transaction>(MapClaims);
        modelBuilder.Entity<TotalsRow>().Property<long>(Heartbeats).HasColumnName("heartbeats").HasDefaultValue(0L);
        modelBuilder.Entity<TotalsRow>().Property<long?>("EmptyAt").HasColumnName("empty_at");
        modelBuilder.Entity<Instance>().Property(i => i.ExpiresAt).HasColumnName("expires_at");
    }

    // A sweep that finds nothing must cost nothing, however many rows living instances hold: it runs in the transaction
    // that carries adds. So rows without a claim have an index.
    private static void MapClaims(EntityTypeBuilder<Transaction> row)
    {
        row.Property(t => t.Sequence).ValueGeneratedOnAdd();
        row.HasIndex(t => new { t.CreatedAt, t.Sequence }, "Unclaimed")
            .HasDatabaseName("ix_transactions_unclaimed")
            .HasFilter("status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NULL");
    }

    // Every server stores whole microseconds, and PostgreSQL accepts no other offset than UTC's.
    private sealed class UtcMicroseconds() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        time => Timestamps.ToMicroseconds(time), time => time);
}
