using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WebhookService.Tests.Support.Network;

namespace WebhookService.Tests.Support.Services;

/// <summary>An OpenTelemetry collector (OTLP over HTTP) on a real port that keeps the spans it receives.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpCollector(WebApplication server) => _server = server;

    public ConcurrentQueue<Span> Spans { get; } = [];

    /// <summary>The bodies received on /v1/metrics and /v1/logs.</summary>
    public ConcurrentQueue<(string Path, byte[] Body)> Others { get; } = [];

    /// <summary>The settings that make a service export everything here after a short delay.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _server.Address()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "50"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
    ];

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var collector = new OtlpCollector(builder.Build());
        collector._server.MapPost("/v1/{signal}", collector.TakeAsync);
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>Waits for <paramref name="count"/> spans with that name in the trace.</summary>
    public async Task<Span[]> WaitForAsync(string traceId, string name, int count = 1)
    {
        await Eventually.HoldsAsync(
            () => Of(traceId).Count(span => span.Name == name) >= count,
            $"{count} {name} of trace {traceId} arrive; received so far: {string.Join(", ", Spans)}");
        return Of(traceId);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Span[] Of(string traceId) => [.. Spans.Where(span => span.TraceId == traceId)];

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (http.Request.Path == "/v1/traces")
        {
            // ExportTraceServiceRequest: resource_spans 1, in it scope_spans 2, in it spans 2. The numbers are those of
            // https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
            var spans = Fields(ByteString.CopyFrom(body.ToArray()), 1).SelectMany(of => Fields(of, 2)).SelectMany(of => Fields(of, 2));
            foreach (var span in spans)
            {
                Spans.Enqueue(Read(span));
            }
        }
        else
        {
            Others.Enqueue((http.Request.Path, body.ToArray()));
        }
    }

    private static Span Read(ByteString span) => new(
        Hex(Fields(span, 1).Single()),
        Hex(Fields(span, 2).Single()),
        Hex(Fields(span, 4).SingleOrDefault() ?? ByteString.Empty),
        Fields(span, 5).Single().ToStringUtf8(),
        Fields(span, 9).ToDictionary(
            pair => Fields(pair, 1).Single().ToStringUtf8(),
            pair => Fields(Fields(pair, 2).Single(), 1).SingleOrDefault()?.ToStringUtf8() ?? "not text"));

    // The values of a field that holds bytes, text or a message.
    private static IEnumerable<ByteString> Fields(ByteString message, int number)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                yield return input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>One span. The parent is empty for a root span; an attribute that is not text is "not text".</summary>
    public sealed record Span(string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes)
    {
        public override string ToString() => $"{Name} {TraceId}/{SpanId} below {ParentId}";
    }
}
