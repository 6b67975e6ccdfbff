using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence.Providers;

/// <summary>SQLite's mapping: times and amounts are text that sorts and reads as what it means.</summary>
public sealed class SqliteWebhookDbContext(DbContextOptions<SqliteWebhookDbContext> options) : WebhookDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TimestampText>();
        configurationBuilder.Properties<decimal>().HaveConversion<AmountText>();
    }

    // SQLite cannot order a DateTimeOffset; the fixed form of Timestamps.Format it can.
    private sealed class TimestampText() : ValueConverter<DateTimeOffset, string>(
        time => time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture),
        text => DateTimeOffset.ParseExact(
            text, Timestamps.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    // EF's own mapping would keep 150.50 as '150.5'.
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
