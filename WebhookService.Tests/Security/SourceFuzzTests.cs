using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Sources;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

/// <summary>Any body, sent to sources with any definition: no 500, and nothing that was answered with success disappears.</summary>
[Category("Long")]
internal sealed class SourceFuzzTests
{
    private const int Senders = 4;
    private const int Sources = 40;
    private const int Seed = 20260117;

    // WEBHOOK_TEST_FUZZ_SECONDS=300 goes on for five minutes.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    // Random definitions hardly ever find all five fields.
    private const string Ordinary = """
        {"type":"/type","event_id":"/id","events":[{"types":["paid"],"amount_unit":"major","map":{"transaction_id":"/id",
         "source_account":"/from","destination_account":"/to","amount":"/amount","currency":"/currency"} }]}
        """;

    private readonly ConcurrentDictionary<int, int> _answers = new();
    private readonly ConcurrentBag<string> _transactions = [];
    private readonly ConcurrentDictionary<string, byte> _quarantined = new();
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task Service_LosesNothing_WhateverItIsSent()
    {
        var random = new Random(Seed);
        var settings = Enumerable.Range(0, Sources).SelectMany(i =>
        {
            var file = Path.Combine(_directory.Path, $"{i}.json");
            File.WriteAllText(file, i == 0 ? Ordinary : SourceReadProperties.Definition(random));
            return new[] { ($"Sources__s{i}__Provider", "custom"), ($"Sources__s{i}__Definition", file) };
        });
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory, [.. settings, ("Processing__Delay", "00:00:00"), ("Quarantine__MaxRows", "10000000")]);

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(service.Client, new Random(Seed + sender)))));

        (await service.TerminateAsync()).Should().Be(0);
        var stored = DatabaseFile.Strings(_directory, "SELECT transaction_id FROM transactions").ToHashSet();
        var kept = DatabaseFile.Strings(_directory, "SELECT source || ' ' || lower(hex(event_key)) FROM quarantine").ToHashSet();
        TestContext.Out.WriteLine(
            $"{string.Join(", ", _answers.OrderBy(it => it.Key).Select(it => $"{it.Value} x {it.Key}"))}; "
            + $"{_transactions.Distinct().Count()} transactions, {_quarantined.Count} quarantined");
        _answers.Keys.Should().BeSubsetOf([202, 413, 503]);
        _answers.Should().ContainKey(202);
        _transactions.Where(id => !stored.Contains(id)).Should().BeEmpty("each was answered with success");
        _quarantined.Keys.Where(key => !kept.Contains(key)).Should().BeEmpty("each was answered with success");
        _transactions.Should().NotBeEmpty();
        _quarantined.Should().NotBeEmpty();
        service.Complaints(LogLevel.Error).Should().BeEmpty();
    }

    private async Task SendAsync(HttpClient client, Random random)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Length)
        {
            var isNearlyRight = random.Next(3) == 0;
            var source = $"s{(isNearlyRight ? 0 : random.Next(Sources))}";
            var body = isNearlyRight ? NearlyRight(random) : SourceReadProperties.Body(random);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/webhooks/{source}") { Content = new ByteArrayContent(body) };
            request.Headers.Add("x-a", "USD");
            using var response = await client.SendAsync(request);
            _answers.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
            if (response.IsSuccessStatusCode)
            {
                Note(JsonNode.Parse(await response.Content.ReadAsStringAsync())!, $"{source} {Convert.ToHexStringLower(SHA256.HashData(body))}");
            }
        }
    }

    private static byte[] NearlyRight(Random random)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""{"type":"paid","id":"p_{{random.Next()}}","from":"alice","to":"bob","amount":{{random.Next(1, 9_999)}},"currency":"EUR"}""");
        if (random.Next(2) == 0)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }

    private void Note(JsonNode answer, string key)
    {
        foreach (var happened in answer["events"]?.AsArray() ?? [answer.DeepClone()])
        {
            if (happened!["transaction_id"] is { } id)
            {
                _transactions.Add(id.GetValue<string>());
            }
            else if (happened["message"]!.GetValue<string>() == "quarantined")
            {
                _quarantined[key] = 0;
            }
        }
    }
}
