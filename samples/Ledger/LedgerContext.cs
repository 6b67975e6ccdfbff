using Microsoft.EntityFrameworkCore;

namespace Ledger;

/// <summary>The application's own data, in its own database.</summary>
public sealed class LedgerContext(DbContextOptions<LedgerContext> options) : DbContext(options)
{
    /// <summary>One row for each transaction that was handled: its key is what makes the handler idempotent.</summary>
    public DbSet<Entry> Entries => Set<Entry>();

    /// <summary>What each account has received.</summary>
    public DbSet<Balance> Balances => Set<Balance>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Entry>().HasKey(entry => entry.TransactionId);
        modelBuilder.Entity<Balance>().HasKey(balance => new { balance.Account, balance.Currency });
    }
}

/// <summary>A transaction that was handled.</summary>
public sealed record Entry(string TransactionId, string Account, decimal Amount, string Currency);

/// <summary>The sum of an account, in hundredths.</summary>
public sealed class Balance
{
    public required string Account { get; init; }

    public required string Currency { get; init; }

    public long Hundredths { get; set; }
}
