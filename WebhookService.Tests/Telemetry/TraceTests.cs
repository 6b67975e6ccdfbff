using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Telemetry;

/// <summary>What a collector of OpenTelemetry is told about one transaction, by the service as a process.</summary>
[Category("Long")]
internal sealed class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string Sender = "b7ad6b7169203331";
    private const string Request = "POST v1/webhooks/transactions";

    private OtlpCollector _collector = null!;
    private ScriptedApi _api = null!;
    private TempDirectory _directory = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _directory = new TempDirectory();
        _collector = await OtlpCollector.StartAsync();
        _api = await ScriptedApi.StartAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _collector.DisposeAsync();
        await _api.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Trace_RunsFromTheSenderToTheCompletion_WhenATransactionIsProcessed()
    {
        await using var service = await StartAsync();

        await PostAsync(service, "txn_traced");

        var spans = await _collector.WaitForAsync(TraceId, "webhook.complete");
        var request = RequestOf(spans);
        request.ParentId.Should().Be(Sender, "the sender's trace goes on");
        Single(spans, "webhook.add").ParentId.Should().Be(request.SpanId);
        var process = Single(spans, "webhook.process");
        process.ParentId.Should().Be(request.SpanId);
        process.Attributes["webhook.transaction_id"].Should().Be("txn_traced");
        var call = Single(spans, "webhook.call");
        call.ParentId.Should().Be(process.SpanId);
        _api.CallsFor("txn_traced").Single().Headers["traceparent"].Should().Be($"00-{TraceId}-{call.SpanId}-01");
        var complete = Single(spans, "webhook.complete");
        complete.ParentId.Should().Be(process.SpanId);
        complete.Attributes["webhook.outcome"].Should().Be("PROCESSED");
    }

    [Test]
    public async Task Trace_GoesOn_WhenTheServiceIsKilledBetweenReceiptAndCompletion()
    {
        _api.Answer = (_, http) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        await using (var first = await StartAsync())
        {
            await PostAsync(first, "txn_survivor");
            await _collector.WaitForAsync(TraceId, "webhook.add");

            // It ends after its answer, so that it may be sent in a later batch.
            await _collector.WaitForAsync(TraceId, Request);
            await Eventually.HoldsAsync(() => _api.CallsFor("txn_survivor").Length == 1, "it is called");
            await first.KillAsync();
        }

        _api.Answer = (_, _) => Task.CompletedTask;
        await using var second = await StartAsync();

        var spans = await _collector.WaitForAsync(TraceId, "webhook.complete");
        var request = RequestOf(spans);
        Single(spans, "webhook.add").ParentId.Should().Be(request.SpanId);
        var process = Single(spans, "webhook.process");
        process.ParentId.Should().Be(request.SpanId, "the row kept whose trace it belongs to");
        Single(spans, "webhook.call").ParentId.Should().Be(process.SpanId);
        Single(spans, "webhook.complete").ParentId.Should().Be(process.SpanId);
    }

    [Test]
    public async Task Trace_HoldsEachAttempt_WhenTheFirstFails()
    {
        _api.Answer = (call, http) => ScriptedApi.StatusAsync(http, call.Number == 1 ? 500 : 200);
        await using var service = await StartAsync(("ExternalApi__BackoffBase", "00:00:00.010"));

        await PostAsync(service, "txn_twice");

        var spans = await _collector.WaitForAsync(TraceId, "webhook.complete", count: 2);
        spans.Where(span => span.Name == "webhook.process").Select(span => span.ParentId)
            .Should().Equal(RequestOf(spans).SpanId, RequestOf(spans).SpanId);
        spans.Where(span => span.Name == "webhook.call").Select(span => span.Attributes["webhook.outcome"])
            .Should().OnlyHaveUniqueItems().And.HaveCount(2);
    }

    [Test]
    public async Task Service_SendsMetricsAndLogsToo_WhenItIsToldWhere()
    {
        await using var service = await StartAsync();

        await PostAsync(service, "txn_counted");

        await Eventually.HoldsAsync(
            () => Has("/v1/metrics", "webhook.adds") && Has("/v1/logs", "Anyone who reaches this port"),
            "metrics and logs came");
    }

    private bool Has(string path, string text) => _collector.Others.Any(
        other => other.Path == path && other.Body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);

    private Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings) => ServiceProcess.StartReadyAsync(
        _directory, [("ExternalApi__Url", _api.Url), .. _collector.Settings, .. settings]);

    private static async Task PostAsync(ServiceProcess service, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = WebhookApp.Json(Payment.Json(id)) };
        request.Headers.Add("traceparent", $"00-{TraceId}-{Sender}-01");
        using var response = await service.Client.SendAsync(request);
        ((int)response.StatusCode).Should().Be(202);
    }

    private static OtlpCollector.Span RequestOf(OtlpCollector.Span[] spans) => Single(spans, Request);

    private static OtlpCollector.Span Single(OtlpCollector.Span[] spans, string name) => spans.Single(span => span.Name == name);
}
