using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Model;

/// <summary>The mapping that database servers share: the server assigns the sequences, and claims are leased.</summary>
public abstract class ServerWebhookDbContext(DbContextOptions options) : WebhookDbContext(options)
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

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMicroseconds>().HavePrecision(6);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Transaction>().Property(t => t.Sequence).ValueGeneratedOnAdd();
        modelBuilder.Entity<Instance>().Property(i => i.ExpiresAt).HasColumnName("expires_at");
    }

    // Every server stores whole microseconds, and PostgreSQL accepts no other offset than UTC's.
    private sealed class UtcMicroseconds() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        time => Timestamps.ToMicroseconds(time), time => time);
}
