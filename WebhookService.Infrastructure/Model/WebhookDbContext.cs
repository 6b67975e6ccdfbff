using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;

namespace WebhookService.Infrastructure.Model;

/// <summary>The model that all databases share: migrations are generated from it, and reads go through it.</summary>
/// <remarks>Rows are written by an <c>IBatchWriter</c>, never by <c>SaveChanges</c>.</remarks>
internal abstract class WebhookDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>
    /// The instance that has claimed a row; null if none has. A concern of the store, not of the domain.
    /// </summary>
    /// <remarks>In a processed row, it is the instance whose attempt succeeded.</remarks>
    internal const string ClaimedBy = "ClaimedBy";

    /// <summary>The number of a row's latest claim, which fences the completions of the row.</summary>
    internal const string Claim = "Claim";

    /// <summary>
    /// When the attempt that succeeded was sent; null until one has, and in rows of earlier versions, which have it
    /// among the attempts.
    /// </summary>
    /// <remarks>
    /// A row has at most one such attempt, so it is stored in the row: a row of its own, and an entry in an index, cost
    /// four times as much.
    /// </remarks>
    internal const string SucceededStart = "SucceededStart";

    /// <summary>The status code of the attempt that succeeded.</summary>
    internal const string SucceededStatus = "SucceededStatus";

    /// <summary>When an operator dismissed a failed row; see <see cref="Dismissal"/>.</summary>
    internal const string DismissedAt = "DismissedAt";

    // https://www.w3.org/TR/trace-context/#traceparent-header: version, trace, parent and flags, with dashes between.
    private const int TraceParentLength = 55;

    public DbSet<Transaction> Transactions => Set<Transaction>();

    /// <summary>The totals of all instances, up to the latest commit.</summary>
    internal virtual IQueryable<TotalsRow> Totals => Set<TotalsRow>().AsNoTracking();

    /// <summary>Describes the instances. Here the store belongs to one instance, the one that asks.</summary>
    internal virtual IQueryable<RecordedInstance> Describe(IQueryable<Instance> rows, long self) =>
        rows.Select(i => new RecordedInstance(i.InstanceId, i.StartedAt, i.HeartbeatAt, null, true, true));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Transaction>(MapTransaction);
        modelBuilder.Entity<Instance>(MapInstance);
        modelBuilder.Entity<AttemptRow>(MapAttempt);
        modelBuilder.Entity<ConflictRow>(MapConflict);
        modelBuilder.Entity<AuditRow>(MapAudit);
        modelBuilder.Entity<AlertRow>(MapAlert);
        modelBuilder.Entity<TotalsRow>(MapTotals);
        modelBuilder.Entity<SampleRow>(SampleRow.Map);
        modelBuilder.Entity<EventRow>(EventMapping.MapEvent);
        modelBuilder.Entity<QuarantineRow>(EventMapping.MapQuarantine);
    }

    private static void MapTransaction(EntityTypeBuilder<Transaction> row)
    {
        row.ToTable("transactions");
        row.HasKey(t => t.Sequence);
        row.Property(t => t.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        row.Property(t => t.TransactionId).HasColumnName("transaction_id")
            .HasMaxLength(TransactionRules.MaxIdLength).IsRequired();
        row.Property(t => t.SourceAccount).HasColumnName("source_account");
        row.Property(t => t.DestinationAccount).HasColumnName("destination_account");
        row.Property(t => t.Amount).HasColumnName("amount").HasPrecision(18, Amount.Decimals);
        row.Property(t => t.Currency).HasColumnName("currency").HasMaxLength(3);
        row.Property(t => t.Status).HasColumnName("status").HasMaxLength(10).HasConversion(StatusNames);
        row.Property(t => t.CreatedAt).HasColumnName("created_at");
        row.Property(t => t.ProcessedAt).HasColumnName("processed_at");
        row.Property(t => t.Attempts).HasColumnName("attempts");
        row.Property(t => t.EarlierAttempts).HasColumnName("earlier_attempts").HasDefaultValue(0);
        row.Property(t => t.NextAttemptAt).HasColumnName("next_attempt_at");
        row.Property(t => t.ContentHash).HasColumnName("content_hash").HasMaxLength(ContentHash.Length);
        row.Property(t => t.FailureReason).HasColumnName("failure_reason").HasMaxLength(Attempt.MaxTextLength);
        row.Property(t => t.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParentLength);
        row.Property(t => t.Source).HasColumnName("source").HasMaxLength(SourceEvent.MaxSourceLength);
        row.Ignore(t => t.Event);
        row.Ignore(t => t.Dismissal);
        row.Property<long?>(ClaimedBy).HasColumnName("claimed_by");
        row.Property<int>(Claim).HasColumnName("claim").HasDefaultValue(ClaimedTransaction.FirstClaim);
        row.Property<DateTimeOffset?>(SucceededStart).HasColumnName("succeeded_start");
        row.Property<int?>(SucceededStatus).HasColumnName("succeeded_status");
        row.Property<DateTimeOffset?>(DismissedAt).HasColumnName("dismissed_at");
        row.Property<string>("DismissedBy").HasColumnName("dismissed_by").HasMaxLength(AuditEntry.MaxOperatorLength);
        row.Property<string>("Note").HasColumnName("note").HasMaxLength(AuditEntry.MaxReasonLength);

        // Idempotency is this index, and nothing else.
        row.HasIndex(t => t.TransactionId).IsUnique().HasDatabaseName("ux_transactions_transaction_id");

        // Claims never touch a finished row, nor one that waits for its next attempt, however many there are.
        row.HasIndex(nameof(Transaction.CreatedAt), nameof(Transaction.Sequence), ClaimedBy)
            .HasDatabaseName("ix_transactions_processing")
            .HasFilter("status = 'PROCESSING' AND next_attempt_at IS NULL");
        row.HasIndex(t => new { t.NextAttemptAt, t.Sequence })
            .HasDatabaseName("ix_transactions_due").HasFilter("next_attempt_at IS NOT NULL");
        row.HasIndex(t => new { t.CreatedAt, t.Sequence }, "Waiting")
            .HasDatabaseName("ix_transactions_waiting").HasFilter("next_attempt_at IS NOT NULL");

        // A row is indexed for search when it is finished, so that accepting it costs two indexes and not five. When it
        // is pruned, nothing is left to search for.
        const string finished = "processed_at IS NOT NULL AND content_hash IS NULL";
        row.HasIndex(t => t.CreatedAt).HasDatabaseName("ix_transactions_finished").HasFilter(finished);
        row.HasIndex(t => new { t.SourceAccount, t.CreatedAt })
            .HasDatabaseName("ix_transactions_source").HasFilter(finished);
        row.HasIndex(t => new { t.DestinationAccount, t.CreatedAt })
            .HasDatabaseName("ix_transactions_destination").HasFilter(finished);

        // Those that are dismissed, perhaps very many, do not slow down the search for the others.
        const string failed = "status = 'FAILED' AND content_hash IS NULL";
        row.HasIndex(t => new { t.CreatedAt, t.Sequence }, "Failed")
            .HasDatabaseName("ix_transactions_failed").HasFilter($"{failed} AND dismissed_at IS NULL");
        row.HasIndex(t => new { t.CreatedAt, t.Sequence }, "Dismissed")
            .HasDatabaseName("ix_transactions_dismissed").HasFilter($"{failed} AND dismissed_at IS NOT NULL");
    }

    private static void MapInstance(EntityTypeBuilder<Instance> row)
    {
        row.ToTable("instances");
        row.HasKey(i => i.InstanceId);
        row.Property(i => i.InstanceId).HasColumnName("instance_id").ValueGeneratedOnAdd();
        row.Property(i => i.StartedAt).HasColumnName("started_at");
        row.Property(i => i.HeartbeatAt).HasColumnName("heartbeat_at");
    }

    private static void MapAttempt(EntityTypeBuilder<AttemptRow> row)
    {
        row.ToTable("attempts");
        row.HasKey(a => new { a.Sequence, a.Number });
        row.Property(a => a.Sequence).HasColumnName("sequence");
        row.Property(a => a.Number).HasColumnName("number");
        row.Property(a => a.StartedAt).HasColumnName("started_at");
        row.Property(a => a.Duration).HasColumnName("duration_ms");
        row.Property(a => a.Outcome).HasColumnName("outcome").HasMaxLength(10).HasConversion(OutcomeNames);
        row.Property(a => a.HttpStatus).HasColumnName("http_status");
        row.Property(a => a.Detail).HasColumnName("detail").HasMaxLength(Attempt.MaxTextLength);
        row.Property(a => a.InstanceId).HasColumnName("instance_id");

        // For pruning.
        row.HasIndex(a => a.StartedAt).HasDatabaseName("ix_attempts_started");
    }

    private static void MapConflict(EntityTypeBuilder<ConflictRow> row)
    {
        row.ToTable("conflicts");
        row.HasKey(c => new { c.Sequence, c.ContentHash });
        row.Property(c => c.Sequence).HasColumnName("sequence");
        row.Property(c => c.ContentHash).HasColumnName("content_hash").HasMaxLength(ContentHash.Length);
        row.Property(c => c.SourceAccount).HasColumnName("source_account");
        row.Property(c => c.DestinationAccount).HasColumnName("destination_account");
        row.Property(c => c.Amount).HasColumnName("amount").HasPrecision(18, Amount.Decimals);
        row.Property(c => c.Currency).HasColumnName("currency").HasMaxLength(3);
        row.Property(c => c.FirstReceivedAt).HasColumnName("first_received_at");
        row.Property(c => c.LastReceivedAt).HasColumnName("last_received_at");
        row.Property(c => c.Times).HasColumnName("times");
    }

    private static void MapAudit(EntityTypeBuilder<AuditRow> row)
    {
        row.ToTable("audit");
        row.HasKey(a => a.Id);
        row.Property(a => a.Id).HasColumnName("id").ValueGeneratedOnAdd();
        row.Property(a => a.At).HasColumnName("recorded_at");
        row.Property(a => a.Operator).HasColumnName("operator_name").HasMaxLength(AuditEntry.MaxOperatorLength);
        row.Property(a => a.Action).HasColumnName("action").HasMaxLength(AuditActions.MaxLength);
        row.Property(a => a.Target).HasColumnName("target").HasMaxLength(AuditEntry.MaxTargetLength);
        row.Property(a => a.Affected).HasColumnName("affected");
        row.Property(a => a.Reason).HasColumnName("reason").HasMaxLength(AuditEntry.MaxReasonLength);

        // For the history of one transaction, and for the state of processing, which each instance reads each second.
        row.HasIndex(a => new { a.Target, a.Id }).HasDatabaseName("ix_audit_target");
        row.HasIndex(a => a.Id).HasDatabaseName("ix_audit_pause").HasFilter("action IN ('pause', 'resume')");
    }

    private static void MapAlert(EntityTypeBuilder<AlertRow> row)
    {
        row.ToTable("alerts");
        row.HasKey(a => a.Kind);
        row.Property(a => a.Kind).HasColumnName("kind").HasMaxLength(AlertState.MaxKindLength);
        row.Property(a => a.Version).HasColumnName("version");
        row.Property(a => a.SentAt).HasColumnName("sent_at");
        row.Property(a => a.HeldUntil).HasColumnName("held_until");
        row.Property(a => a.Since).HasColumnName("since");
        row.Property(a => a.Mark).HasColumnName("mark");
    }

    private static void MapTotals(EntityTypeBuilder<TotalsRow> row)
    {
        row.ToTable("totals");
        row.HasKey(t => t.InstanceId);
        row.Property(t => t.InstanceId).HasColumnName("instance_id").ValueGeneratedNever();
        row.Property(t => t.Accepted).HasColumnName("accepted");
        row.Property(t => t.Processed).HasColumnName("processed");
        row.Property(t => t.Failed).HasColumnName("failed");
        row.Property(t => t.Retried).HasColumnName("retried");
        row.Property(t => t.Conflicts).HasColumnName("conflicts");
        row.Property(t => t.Dismissed).HasColumnName("dismissed").HasDefaultValue(0L);
    }

    private static readonly ValueConverter<AttemptOutcome, string> OutcomeNames = new(
        outcome => AttemptOutcomeNames.ToName(outcome), name => AttemptOutcomeNames.FromName(name));

    private static readonly ValueConverter<TransactionStatus, string> StatusNames = new(
        status => TransactionStatusNames.ToName(status), name => TransactionStatusNames.FromName(name));
}
