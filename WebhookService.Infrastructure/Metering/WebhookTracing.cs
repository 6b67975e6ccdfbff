using System.Diagnostics;
using WebhookService.Domain;
using WebhookService.Domain.Handling;

namespace WebhookService.Infrastructure.Metering;

/// <summary>
/// The spans of a transaction, on the source <c>WebhookService</c>: they form one trace from its receipt to its
/// completion, since the row carries the trace context through the queue and across restarts.
/// </summary>
/// <remarks>
/// Below the request's span: <c>webhook.add</c>, until the row is durable. For each attempt: <c>webhook.process</c>,
/// and below it <c>webhook.call</c>, the external call, and <c>webhook.complete</c>, until its result is durable. A
/// transaction that is not sampled at its receipt costs nothing later.
/// </remarks>
internal static class WebhookTracing
{
    public const string SourceName = "WebhookService";

    /// <summary>The HTTP header of the trace context, in the format of <see cref="Activity.Id"/>.</summary>
    /// <remarks>https://www.w3.org/TR/trace-context/#traceparent-header</remarks>
    internal const string Header = "traceparent";

    private const string TransactionId = "webhook.transaction_id";
    private const string Outcome = "webhook.outcome";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The trace context for a row received now; null when its trace is not recorded.</summary>
    public static string? CurrentTraceParent => Activity.Current is { Recorded: true } span ? span.Id : null;

    /// <summary>Records, below the request's span, the time until the row was durable.</summary>
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

    /// <summary>Begins the span of an attempt; null when the transaction is not traced.</summary>
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
    /// Begins the span of an external call, even if it is not recorded: the <c>traceparent</c> header comes from it.
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

    /// <summary>Records the result of a call, and returns it.</summary>
    internal static HandlerResult EndCall(Activity span, HandlerResult result)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag("http.response.status_code", result.HttpStatus)
                .SetTag(Outcome, AttemptOutcomeNames.ToName(result.Outcome));
            if (result.Outcome != AttemptOutcome.Succeeded)
            {
                span.SetStatus(ActivityStatusCode.Error, result.Reason);
            }
        }

        return result;
    }

    /// <summary>Records that a call was cut off, by its timeout or by a shutdown.</summary>
    internal static void CutOffCall(Activity span) =>
        span.SetTag(Outcome, AttemptOutcomeNames.ToName(AttemptOutcome.Faulted))
            .SetStatus(ActivityStatusCode.Error, "No answer before the call was cut off.");

    /// <summary>Begins the span of writing a result; null when the transaction is not traced.</summary>
    internal static Activity? StartComplete(Completion completion) => Activity.Current is null
        ? null
        : Source.StartActivity("webhook.complete")
            ?.SetTag(Outcome, TransactionStatusNames.ToName(completion.Status));
}
