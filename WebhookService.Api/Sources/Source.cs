using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Domain;

namespace WebhookService.Api.Sources;

/// <summary>A configured sender of webhooks: verifies its signatures and reads its bodies.</summary>
internal sealed class Source(
    string name, SourceOptions options, SourceDefinition definition, IReadOnlyList<SourceSignature> signatures)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly EventMapper _mapper = new(name, definition);

    /// <summary>The configured name.</summary>
    public string Name => name;

    public SourceOptions Options => options;

    public SourceDefinition Definition => definition;

    /// <summary>Whether its requests are signed; without a signature, anyone may send.</summary>
    public bool HasSignature => signatures.Count > 0;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Verifies the signature of a request; any of those that the definition allows counts.</summary>
    /// <remarks>It completes synchronously, except when PayPal's certificate has to be fetched first.</remarks>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="now">The service's time.</param>
    /// <param name="cancellationToken">Ends the wait for a certificate.</param>
    public ValueTask<SignatureFault> VerifyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        return signatures switch
        {
            [] => new(SignatureFault.None),
            [var only] => only.VerifyAsync(headers, body, now, cancellationToken),
            _ => VerifyAnyAsync(headers, body, now, cancellationToken),
        };
    }

    /// <summary>What a body becomes; it does not verify. It never throws, whatever the bytes.</summary>
    /// <param name="headers">The request's headers, or those that <see cref="ReadHeaders"/> returns.</param>
    /// <param name="body">The raw body, which the result may refer to: it must not change afterwards.</param>
    /// <param name="receivedAt">When it was received.</param>
    /// <param name="traceParent">The <c>traceparent</c> of the request; null if it is not traced.</param>
    public SourceReading Read(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt, string? traceParent)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return SourceReading.Unreadable("The body is not valid UTF-8.");
        }

        // RFC 8259, 8.1: a parser may ignore a byte order mark.
        var json = body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var payload = options.KeepPayload ? ToPayload(headers, body) : null;
            return Read(document.RootElement, new MappedRequest(headers, payload, receivedAt, traceParent));
        }
        catch (JsonException exception)
        {
            return SourceReading.Unreadable(exception is { LineNumber: { } line, BytePositionInLine: { } column }
                ? $"The body is not valid JSON (line {line + 1}, byte {column + 1})."
                : "The body is not valid JSON, or repeats a member name.");
        }
        catch (InvalidOperationException)
        {
            // The documented behaviour of JsonElement for an unpaired escape such as \uD800.
            return SourceReading.Unreadable("The body has a member name with an escaped lone surrogate.");
        }
    }

    /// <summary>What identifies a body in the quarantine: bodies with the same key are one row.</summary>
    /// <remarks>
    /// Not the event's id: another body may have the same one, and would be lost; and where the id is in a header that
    /// is not signed, anybody who has one body could fill the quarantine with it.
    /// </remarks>
    /// <returns>SHA-256 of the body.</returns>
    public static byte[] QuarantineKey(ReadOnlyMemory<byte> body) => SHA256.HashData(body.Span);

    /// <summary>A body as it is kept: byte for byte, with its content type.</summary>
    public static EventPayload ToPayload(IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        new(headers.ContentType is [{ } type] ? type : null, body);

    /// <summary>The headers to keep with a body in the quarantine, without credentials and signatures.</summary>
    public string WriteHeaders(IHeaderDictionary headers) =>
        SourceHeaders.Write(headers, definition.Headers, signatures.SelectMany(signature => signature.Headers));

    /// <summary>The headers that <see cref="WriteHeaders"/> has written.</summary>
    public static IHeaderDictionary ReadHeaders(string json) => SourceHeaders.Read(json);

    /// <summary>The headers that a sender would set for a body, made with the first secret.</summary>
    /// <returns>Null when only the provider can sign, or nothing is signed in a header.</returns>
    public IReadOnlyList<(string Name, string Value)>? Sign(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        signatures.Count > 0 ? signatures[0].Sign(headers, body, now) : null;

    /// <summary>The signatures of the items of a body, where a provider signs those.</summary>
    /// <returns>Null when this one does not.</returns>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public IReadOnlyList<string>? SignItems(ReadOnlyMemory<byte> body) =>
        signatures.OfType<AdyenSignature>().FirstOrDefault()?.SignItems(body);

    private async ValueTask<SignatureFault> VerifyAnyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var worst = SignatureFault.Missing;
        foreach (var signature in signatures)
        {
            var fault = await signature.VerifyAsync(headers, body, now, cancellationToken);
            if (fault == SignatureFault.None)
            {
                return fault;
            }

            worst = fault > worst ? fault : worst;
        }

        return worst;
    }

    private SourceReading Read(JsonElement body, in MappedRequest request)
    {
        if (definition.Items.Find(body) is not { } items)
        {
            return SourceReading.Unreadable("items finds no event in the body.");
        }

        if (items.Count > options.MaxEvents)
        {
            return SourceReading.Unreadable(
                $"The body has {items.Count} events, more than MaxEvents, {options.MaxEvents}.");
        }

        List<SourceItem> read = [];
        foreach (var item in items)
        {
            read.Add(item is { } found
                ? _mapper.Map(found, request)
                : new SourceItem.Quarantined("items finds no event in an element of the list.", null, null));
        }

        return new SourceReading(read.Count > 0 ? read : [new SourceItem.Ignored("", "The body has no event.")]);
    }
}
