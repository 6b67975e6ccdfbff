using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;

namespace WebhookService.Tests.Support;

/// <summary>Attempts and what follows from them, where a test does not care how long they took.</summary>
internal static class Attempts
{
    public static Attempt At(DateTimeOffset time, AttemptOutcome outcome = AttemptOutcome.Succeeded, string? detail = null) =>
        new(time, TimeSpan.Zero, outcome, HttpStatus: null, detail);

    public static CallResult Result(AttemptOutcome outcome = AttemptOutcome.Succeeded, string? detail = null) =>
        new(At(ObservableTimeProvider.Origin, outcome, detail));

    /// <summary>The end of a transaction, one way or the other.</summary>
    public static Completion Finish(string id, TransactionStatus status, DateTimeOffset at, string reason = "no", int claim = 1) =>
        status == TransactionStatus.Failed
            ? Completion.Failed(id, claim, At(at, AttemptOutcome.Rejected, reason), reason)
            : Completion.Processed(id, claim, At(at));
}
