using System.Buffers;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Webhooks;

/// <summary>Receives a provider's webhook: verify, read, add; the answer follows when all of it is durable.</summary>
internal sealed class SourceReceiver
{
    internal const string NoSource = "No source has this name.";

    private readonly SourceCatalog _catalog;
    private readonly SourceIntake _intake;
    private readonly SourceActivity _activity;
    private readonly Refusals _refusals;
    private readonly TimeProvider _clock;

    internal SourceReceiver(
        SourceCatalog catalog, SourceIntake intake, SourceActivity activity, Refusals refusals, TimeProvider clock)
    {
        _catalog = catalog;
        _intake = intake;
        _activity = activity;
        _refusals = refusals;
        _clock = clock;
    }

    internal async Task ReceiveAsync(HttpContext context, string name)
    {
        if (!_catalog.TryFind(name, out var source))
        {
            await context.WriteProblemAsync(StatusCodes.Status404NotFound, NoSource);
            return;
        }

        // Copied: the payload is kept beyond the request.
        var body = await RequestBody.ReadAsync<object?, ReadOnlyMemory<byte>>(
            context.Request, source.Options.MaxBodySize, null, static (body, _) => body.ToArray());
        if (body is null)
        {
            _refusals.Add(
                CheckOf(source), nameof(SignatureFault.TooLarge), context.Connection.RemoteIpAddress);
            _activity.Note(source.Name, SourceOutcome.Refused);
            await context.WriteTooLargeAsync(source.Options.MaxBodySize);
            return;
        }

        // Nothing is parsed before the signature is verified, unless the signature is inside the body.
        var receivedAt = _clock.GetUtcNow();
        var headers = context.Request.Headers;
        var fault = await source.VerifyAsync(headers, body.Value, receivedAt, context.RequestAborted);
        if (fault != SignatureFault.None)
        {
            await RefuseAsync(context, source, fault);
            return;
        }

        // From here on, a sender that disconnects has no effect.
        var reading = source.Read(headers, body.Value, receivedAt, WebhookTracing.CurrentTraceParent);
        var quarantined = ToQuarantine(source, reading, headers, body.Value, receivedAt);
        context.Defer(new SourceAnswer(source, _intake.Begin(reading, quarantined), _activity));
    }

    // The names of sources are configured, so there are few of these.
    private static string CheckOf(Source source) => $"Source {source.Name}";

    // The whole body, even if others of its events were understood: they are duplicates when it is read again.
    private static QuarantinedEvent? ToQuarantine(
        Source source,
        SourceReading reading,
        IHeaderDictionary headers,
        ReadOnlyMemory<byte> body,
        DateTimeOffset receivedAt) =>
        reading.FirstQuarantined is { } first
            ? new QuarantinedEvent(
                source.Name,
                Source.QuarantineKey(body),
                receivedAt,
                first.Reason,
                first.Type,
                first.EventId,
                source.WriteHeaders(headers),
                Source.ToPayload(headers, body))
            : null;

    private Task RefuseAsync(HttpContext context, Source source, SignatureFault fault)
    {
        _refusals.Add(CheckOf(source), fault.ToString(), context.Connection.RemoteIpAddress);
        _activity.Note(source.Name, SourceOutcome.Refused);
        if (fault == SignatureFault.Unavailable)
        {
            return context.WriteUnavailableAsync("The signature cannot be verified now; send the request again.");
        }

        return context.WriteProblemAsync(StatusCodes.Status401Unauthorized, WebhookSignatureHandler.Refused);
    }
}
