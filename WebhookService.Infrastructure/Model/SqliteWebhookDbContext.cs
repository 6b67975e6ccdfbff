using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Model;

/// <summary>SQLite's mapping: times are microseconds since 1970, amounts text with their two decimals.</summary>
internal sealed class SqliteWebhookDbContext(DbContextOptions<SqliteWebhookDbContext> options)
    : WebhookDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMicroseconds>();
        configurationBuilder.Properties<decimal>().HaveConversion<AmountText>();
    }

    // One process owns the file, so nothing is leased.
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Instance>().Ignore(i => i.ExpiresAt);
    }

    // SQLite cannot order a DateTimeOffset. A number takes a third of the text's space in every index that every commit
    // writes.
    private sealed class UnixMicroseconds() : ValueConverter<DateTimeOffset, long>(
        time => Timestamps.ToUnixMicroseconds(time), number => Timestamps.FromUnixMicroseconds(number));

    // EF Core's own mapping would store 150.50 as '150.5'.
    private sealed class AmountText() : ValueConverter<decimal, string>(
        amount => amount.ToString("F2", CultureInfo.InvariantCulture),
        text => decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
}

/// <summary>Lets <c>dotnet ef migrations add</c> work without a running service.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteWebhookDbContext>
{
    public SqliteWebhookDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteWebhookDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
