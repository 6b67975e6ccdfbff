using WebhookService.Domain.Operations;

namespace WebhookService.Domain;

/// <summary>
/// A payment transaction as first received, and its state machine. Its content never changes, but may be pruned long
/// after it is final.
/// </summary>
/// <remarks>
/// <code>
///        Receive
///           │      ┌──────────────────┐ AwaitRetry sets NextAttemptAt;
///           ▼      ▼                  │ Claim, when that is due, clears it
///         PROCESSING ─────────────────┘
///     Complete │  │ Fail ▲ Retry: a new round of attempts
///              ▼  ▼      │
///      PROCESSED  FAILED─┘
///              │  │
///              Prune: the content becomes its hash, permanently; the status stays
/// </code>
/// Each transition is a method. It moves this object and returns what the store writes to make the transition durable.
/// The SQL of each database repeats its condition, because another instance may have moved the row since it was read.
/// </remarks>
public sealed class Transaction
{
    private Transaction(string transactionId, string sourceAccount, string destinationAccount, string currency)
    {
        TransactionId = transactionId;
        SourceAccount = sourceAccount;
        DestinationAccount = destinationAccount;
        Currency = currency;
    }

    /// <summary>
    /// The row's number in the order of insertion, from 1; unique per database. 0 until it is stored.
    /// </summary>
    public long Sequence { get; private set; }

    /// <summary>The sender's id, case-sensitive; its row is never deleted.</summary>
    public string TransactionId { get; private set; }

    /// <summary>The account the money leaves.</summary>
    public string SourceAccount { get; private set; }

    /// <summary>The account the money goes to.</summary>
    public string DestinationAccount { get; private set; }

    /// <summary>Exact, greater than 0, always with a scale of two.</summary>
    public decimal Amount { get; private set; }

    /// <summary>An ISO 4217 code in upper case.</summary>
    public string Currency { get; private set; }

    /// <summary>The current status.</summary>
    public TransactionStatus Status { get; private set; }

    /// <summary>When it was received: UTC, whole microseconds.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it became final: UTC, whole microseconds; null before.</summary>
    public DateTimeOffset? ProcessedAt { get; private set; }

    /// <summary>External calls that returned a result. One cut off by a crash or a shutdown does not count.</summary>
    public int Attempts { get; private set; }

    /// <summary>
    /// Number of <see cref="Attempts"/> made before the last retry by an operator; they do not count towards the
    /// maximum.
    /// </summary>
    public int EarlierAttempts { get; private set; }

    /// <summary>
    /// When the next attempt may begin: UTC, whole microseconds; null unless it waits for one after a fault.
    /// </summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    /// <summary>Whether the content was pruned: only the id, the status and the times remain.</summary>
    public bool IsPruned => ContentHash is not null;

    /// <summary>That an operator dismissed it; null unless it is FAILED and dismissed.</summary>
    internal Dismissal? Dismissal { get; private set; }

    /// <summary>Whether it failed and still has its content, which <see cref="Retry"/> asks for.</summary>
    public bool CanRetry => Status == TransactionStatus.Failed && !IsPruned;

    /// <summary>The hash that a repeated request is compared with after pruning; null before.</summary>
    public byte[]? ContentHash { get; private set; }

    /// <summary>Why it failed; null unless <see cref="TransactionStatus.Failed"/>.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>
    /// The <c>traceparent</c> of the request that delivered it (W3C Trace Context); null if it was not traced.
    /// </summary>
    public string? TraceParent { get; private set; }

    /// <summary>
    /// The configured name of the source whose event it was mapped from; null when it was sent in this service's own
    /// format.
    /// </summary>
    public string? Source { get; private set; }

    /// <summary>What was kept of that event besides its payload; null when there is none, or it was not read.</summary>
    internal EventDetails? Event { get; private set; }

    /// <summary>
    /// The only way to create a transaction: status <see cref="TransactionStatus.Processing"/>, no attempts.
    /// </summary>
    /// <exception cref="ArgumentException">A value breaks a rule of <see cref="TransactionRules"/>.</exception>
    public static Transaction Receive(
        string transactionId,
        string sourceAccount,
        string destinationAccount,
        decimal amount,
        string currency,
        DateTimeOffset receivedAt,
        string? traceParent = null,
        string? source = null)
    {
        Require(TransactionRules.IsId(transactionId), nameof(transactionId), TransactionRules.IdRule);
        Require(TransactionRules.IsAccount(sourceAccount), nameof(sourceAccount), TransactionRules.AccountRule);
        Require(
            TransactionRules.IsAccount(destinationAccount), nameof(destinationAccount), TransactionRules.AccountRule);
        Require(Domain.Amount.IsValid(amount), nameof(amount), Domain.Amount.Rule);
        Require(CurrencyCodes.TryGet(currency, out var code), nameof(currency), TransactionRules.CurrencyRule);
        return new Transaction(transactionId, sourceAccount, destinationAccount, code)
        {
            Amount = Domain.Amount.Normalize(amount),
            CreatedAt = Timestamps.ToMicroseconds(receivedAt),
            TraceParent = traceParent,
            Source = source,
        };
    }

    /// <summary>Rebuilds a transaction from its stored row, without validating it again.</summary>
    internal static Transaction Restore(
        string transactionId,
        string sourceAccount,
        string destinationAccount,
        decimal amount,
        string currency,
        DateTimeOffset createdAt,
        string? traceParent,
        int attempts,
        int earlierAttempts,
        string? source = null,
        StoredState? state = null) =>
        // There are few codes and sources, so rows that wait in memory share their strings.
        new(
            transactionId,
            sourceAccount,
            destinationAccount,
            CurrencyCodes.TryGet(currency, out var code) ? code : currency)
        {
            Amount = amount,
            CreatedAt = createdAt,
            TraceParent = traceParent,
            Attempts = attempts,
            EarlierAttempts = earlierAttempts,
            Source = source is null ? null : string.Intern(source),
            Sequence = state?.Sequence ?? 0,
            Status = state?.Status ?? TransactionStatus.Processing,
            ProcessedAt = state?.ProcessedAt,
            NextAttemptAt = state?.NextAttemptAt,
            ContentHash = state?.ContentHash,
            FailureReason = state?.FailureReason,
            Dismissal = state?.Dismissal,
        };

    /// <summary>Adds what was read of its event; returns the transaction.</summary>
    internal Transaction WithEvent(EventDetails? details)
    {
        Event = details;
        return this;
    }

    /// <summary>An instance claims it, to make the next attempt.</summary>
    /// <param name="claim">The number of the claim; see <see cref="ClaimedTransaction.Claim"/>.</param>
    /// <exception cref="InvalidOperationException">It is final.</exception>
    internal ClaimedTransaction Claim(int claim)
    {
        RequireState(Status == TransactionStatus.Processing);
        NextAttemptAt = null;
        return new ClaimedTransaction(this, claim);
    }

    /// <summary>PROCESSING to PROCESSED: the attempt succeeded.</summary>
    /// <exception cref="InvalidOperationException">It is final already.</exception>
    internal Completion Complete(int claim, Attempt attempt) =>
        Apply(Completion.Processed(TransactionId, claim, attempt));

    /// <summary>PROCESSING to FAILED: the attempt was the last.</summary>
    /// <exception cref="InvalidOperationException">It is final already.</exception>
    internal Completion Fail(int claim, Attempt attempt, string reason) =>
        Apply(Completion.Failed(TransactionId, claim, attempt, reason));

    /// <summary>PROCESSING stays: the attempt failed, and another one follows.</summary>
    /// <exception cref="InvalidOperationException">It is final already.</exception>
    internal Completion AwaitRetry(int claim, Attempt attempt, DateTimeOffset nextAttemptAt) =>
        Apply(Completion.Again(TransactionId, claim, attempt, nextAttemptAt));

    /// <summary>FAILED to PROCESSING: a new round of attempts.</summary>
    /// <exception cref="InvalidOperationException">Not <see cref="CanRetry"/>.</exception>
    internal FailedRound Retry()
    {
        RequireState(CanRetry);
        Status = TransactionStatus.Processing;
        ProcessedAt = null;
        FailureReason = null;
        Dismissal = null;
        EarlierAttempts = Attempts;
        return new FailedRound(TransactionId, Attempts);
    }

    /// <summary>FAILED stays: an operator dismisses it, or with null takes that back.</summary>
    /// <exception cref="InvalidOperationException">It is not FAILED.</exception>
    internal FailedRound Dismiss(Dismissal? dismissal)
    {
        RequireState(Status == TransactionStatus.Failed);
        Dismissal = dismissal;
        return new FailedRound(TransactionId, Attempts);
    }

    /// <summary>Replaces the content of a final transaction by its hash.</summary>
    /// <remarks>A failed one is dismissed: it cannot be retried any more.</remarks>
    /// <exception cref="InvalidOperationException">It is not final, or pruned already.</exception>
    internal PrunedContent Prune()
    {
        RequireState(ProcessedAt is not null && !IsPruned);
        var hash = Domain.ContentHash.Of(this);
        (SourceAccount, DestinationAccount, Amount, Currency) = ("", "", 0.00m, "");
        FailureReason = null;
        Dismissal = Status == TransactionStatus.Failed
            ? new Dismissal(Dismissal?.At ?? ProcessedAt!.Value, Dismissal?.By, null)
            : null;
        ContentHash = hash;
        return new PrunedContent(TransactionId, Sequence, hash);
    }

    /// <summary>Moves the transaction as a completion says.</summary>
    /// <exception cref="InvalidOperationException">It is final already.</exception>
    internal Completion Apply(Completion completion)
    {
        ArgumentNullException.ThrowIfNull(completion);
        RequireState(Status == TransactionStatus.Processing);
        Status = completion.Status;
        ProcessedAt = completion.ProcessedAt is { } time ? Timestamps.ToMicroseconds(time) : null;
        FailureReason = completion.FailureReason;
        NextAttemptAt = completion.NextAttemptAt;
        Attempts++;
        return completion;
    }

    private void RequireState(bool isKept)
    {
        if (!isKept)
        {
            throw new InvalidOperationException($"A transaction that is {Status} has no such transition.");
        }
    }

    private static void Require(bool isKept, string parameter, string rule)
    {
        if (!isKept)
        {
            throw new ArgumentException(rule, parameter);
        }
    }
}
