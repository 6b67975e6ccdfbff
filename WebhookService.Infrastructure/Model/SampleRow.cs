using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebhookService.Infrastructure.Model;

/// <summary>The totals over all instances at one time, for the longer periods of the dashboard.</summary>
/// <remarks>Counts only rise, so that what happened between two rows is their difference.</remarks>
internal sealed record SampleRow
{
    /// <summary>The grain of rows that are kept for about a day.</summary>
    public const int Fine = 0;

    /// <summary>The grain of rows that are kept for longer, fewer of them.</summary>
    public const int Coarse = 1;

    public int Grain { get; init; }

    public DateTimeOffset At { get; init; }

    public long Accepted { get; init; }

    public long Processed { get; init; }

    /// <summary>How often a transaction failed permanently; a retry does not lower it.</summary>
    public long Failed { get; init; }

    /// <summary>Accepted and not final.</summary>
    public long Processing { get; init; }

    /// <summary>
    /// The greatest age of a transaction that was not final, since the previous row of this grain, in whole
    /// milliseconds; null if there was none.
    /// </summary>
    public long? Oldest { get; init; }

    /// <summary>
    /// The slowest 99th percentile of a second since the previous row of this grain, of the answers of the instance
    /// that wrote the row, in microseconds; null if it answered nobody.
    /// </summary>
    public long? AcceptP99 { get; init; }

    /// <summary>Maps the table.</summary>
    public static void Map(EntityTypeBuilder<SampleRow> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.ToTable("samples");
        row.HasKey(s => new { s.Grain, s.At });
        row.Property(s => s.Grain).HasColumnName("grain").ValueGeneratedNever();
        row.Property(s => s.At).HasColumnName("sampled_at").ValueGeneratedNever();
        row.Property(s => s.Accepted).HasColumnName("accepted");
        row.Property(s => s.Processed).HasColumnName("processed");
        row.Property(s => s.Failed).HasColumnName("failed");
        row.Property(s => s.Processing).HasColumnName("processing");
        row.Property(s => s.Oldest).HasColumnName("oldest_ms");
        row.Property(s => s.AcceptP99).HasColumnName("accept_p99_us");
    }
}
