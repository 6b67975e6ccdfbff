using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

[NonParallelizable]
[Category("Long")]
internal sealed class StatsStreamTests
{
    private const string Path = "/v1/stats/stream";

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Stream_BeginsWithKeptSamples_AndContinues()
    {
        await using var service = await StartAsync(("Processing__Delay", "00:00:00"));
        await new Load(service.Client, "txn").PostAsync(20, connections: 2);
        await Eventually.HoldsAsync(
            async () => (await ReadAsync(service, 1))[0].Data.GetArrayLength() > 2, "some samples are kept");

        var events = await ReadAsync(service, 3);

        events.Select(found => found.Type).Should().Equal("history", "sample", "sample");
        events[2].Data.EnumerateObject().Select(member => member.Name).Should().Equal(
            "at", "processing", "processed", "failed", "dismissed", "conflicts", "oldest_unprocessed_seconds", "queue_depth", "in_flight",
            "accepted_per_second", "processed_per_second", "accept_p50_ms", "accept_p99_ms", "paused", "inbox_waiting",
            "inbox_quarantined");
        events[2].Data.GetProperty("processed").GetInt32().Should().Be(20);
        events[0].Data.EnumerateArray().Should().Contain(sample => sample.GetProperty("accept_p99_ms").ValueKind == JsonValueKind.Number);
        events[0].Data.EnumerateArray().Select(sample => sample.GetProperty("at").GetDateTimeOffset()).Should().BeInAscendingOrder();
    }

    // One client that never reads, and a hundred that do.
    [Test]
    public async Task Streams_DelayNoSender()
    {
        await using var service = await StartAsync(("Processing__Delay", "00:00:00"));
        using var deaf = await RawConnection.OpenAsync(service.Client.BaseAddress!);
        await deaf.SendAsync(Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        using var ended = new CancellationTokenSource();
        var reading = Enumerable.Range(0, 100).Select(_ => CountAsync(service, ended.Token)).ToArray();
        var load = new Load(service.Client, "beside");

        await load.PostAsync(3_000, connections: 16);
        await ended.CancelAsync();
        var samples = await Task.WhenAll(reading);

        load.Refused.Should().BeEmpty();
        load.Accepted.Should().HaveCount(load.Sent);
        samples.Should().OnlyContain(count => count > 0, "each reader was served while senders posted");
    }

    [Test]
    public async Task Stream_IsRefused_WhenAllSlotsAreUsed_AndOpensAgain()
    {
        await using var service = await StartAsync(("Dashboard__MaxStreams", "1"));
        using (await OpenAsync(service))
        {
            using var second = await OpenAsync(service);
            second.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            second.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                using var next = await OpenAsync(service);
                return next.StatusCode == HttpStatusCode.OK;
            },
            "the slot is free after its reader has gone");
    }

    [Test]
    public async Task Streams_End_WhenTheServiceStops()
    {
        await using var service = await StartAsync();
        using var open = await OpenAsync(service);
        var reading = open.Content.ReadAsStringAsync();

        var exitCode = await service.TerminateAsync();

        exitCode.Should().Be(0);
        (await reading.Soon()).Should().StartWith("event: history\n").And.EndWith("\n\n", "the stream ends after a complete event");
    }

    private Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings) =>
        ServiceProcess.StartReadyAsync(_directory, [("Dashboard__SampleInterval", "00:00:00.200"), .. settings]);

    private static Task<HttpResponseMessage> OpenAsync(ServiceProcess service) =>
        service.Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);

    private static async Task<List<(string Type, JsonElement Data)>> ReadAsync(ServiceProcess service, int count)
    {
        using var answer = await OpenAsync(service);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        List<(string, JsonElement)> events = [];
        await foreach (var found in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add((found.EventType, JsonDocument.Parse(found.Data).RootElement));
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    private static async Task<int> CountAsync(ServiceProcess service, CancellationToken ended)
    {
        var count = 0;
        try
        {
            using var answer = await service.Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, ended);
            await foreach (var found in SseParser.Create(await answer.Content.ReadAsStreamAsync(ended)).EnumerateAsync(ended))
            {
                count++;
            }
        }
        catch (OperationCanceledException)
        {
            // The test ended the stream.
        }

        return count;
    }
}
