using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;

namespace WebhookService.Tests.Support;

/// <summary>Attempts and completions for tests that do not depend on how long an attempt took.</summary>
internal static class Attempts
{
    public static Attempt At(DateTimeOffset time, AttemptOutcome outcome = AttemptOutcome.Succeeded, string? detail = null) =>
        new(time, TimeSpan.Zero, outcome, HttpStatus: null, detail);

    public static CallResult Result(AttemptOutcome outcome = AttemptOutcome.Succeeded, string? detail = null) =>
        new(At(ObservableTimeProvider.Origin, outcome, detail));

    /// <summary>A completion as PROCESSED or FAILED.</summary>
    public static Completion Finish(string id, TransactionStatus status, DateTimeOffset at, string reason = "no", int claim = 1) =>
        status == TransactionStatus.Failed
            ? Completion.Failed(id, claim, At(at, AttemptOutcome.Rejected, reason), reason)
            : Completion.Processed(id, claim, At(at));
}
