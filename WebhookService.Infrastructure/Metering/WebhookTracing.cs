using System.Diagnostics;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Metering;

/// <summary>
/// The spans of a transaction, on the source <c>WebhookService</c>: from its receipt to its completion they are one
/// trace, since the row carries the trace's context through the queue and over restarts.
/// </summary>
/// <remarks>
/// Below the span of the request <c>webhook.add</c>, until the row is durable; for each attempt <c>webhook.process</c>,
/// and below it <c>webhook.call</c>, the external system, and <c>webhook.complete</c>, until its result is durable.
/// What is not sampled when it is received costs nothing later.
/// </remarks>
public static class WebhookTracing
{
    public const string SourceName = "WebhookService";

    /// <summary>What carries the context of a trace over HTTP, as <see cref="Activity.Id"/> writes it.</summary>
    /// <remarks>https://www.w3.org/TR/trace-context/#traceparent-header</remarks>
    internal const string Header = "traceparent";

    private const string TransactionId = "webhook.transaction_id";
    private const string Outcome = "webhook.outcome";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>What a row received now carries along; null when nobody records its trace.</summary>
    public static string? CurrentTraceParent => Activity.Current is { Recorded: true } span ? span.Id : null;

    /// <summary>Notes, below the span of the request, how long it took until the row was durable.</summary>
    public static void NoteAdded(Transaction transaction, AddOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.TraceParent is null)
        {
            return;
        }

        using var span = Source.StartActivity(
            "webhook.add", ActivityKind.Internal, default(ActivityContext), startTime: transaction.CreatedAt);
        span?.SetTag(TransactionId, transaction.TransactionId).SetTag(Outcome, outcome.ToString());
        if (outcome == AddOutcome.Unavailable)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Begins one round of work; null when the transaction is not traced.</summary>
    internal static Activity? StartProcess(ClaimedTransaction claimed)
    {
        var traceParent = claimed.Transaction.TraceParent;
        if (!ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var received))
        {
            return null;
        }

        var span = Source.StartActivity("webhook.process", ActivityKind.Consumer, received);
        return span?.SetTag(TransactionId, claimed.TransactionId).SetTag("webhook.taken_over", claimed.IsTakenOver);
    }

    /// <summary>
    /// Begins an external call. Always, and not only when somebody records it: the <c>traceparent</c> header comes from
    /// it.
    /// </summary>
    internal static Activity StartCall(Uri url)
    {
        var span = Source.StartActivity("webhook.call", ActivityKind.Client) ?? new Activity("webhook.call").Start();
        return span.IsAllDataRequested
            ? span.SetTag("http.request.method", "POST")
                .SetTag("server.address", url.Host)
                .SetTag("server.port", url.Port)
            : span;
    }

    /// <summary>Notes what came of a call.</summary>
    internal static void EndCall(Activity span, Attempt attempt)
    {
        if (!span.IsAllDataRequested)
        {
            return;
        }

        span.SetTag("http.response.status_code", attempt.HttpStatus)
            .SetTag(Outcome, AttemptOutcomeNames.ToName(attempt.Outcome));
        if (attempt.Outcome != AttemptOutcome.Succeeded)
        {
            span.SetStatus(ActivityStatusCode.Error, attempt.Detail);
        }
    }

    /// <summary>Begins to write a result; null when the transaction is not traced.</summary>
    internal static Activity? StartComplete(Completion completion) => Activity.Current is null
        ? null
        : Source.StartActivity("webhook.complete")
            ?.SetTag(Outcome, TransactionStatusNames.ToName(completion.Status));
}
