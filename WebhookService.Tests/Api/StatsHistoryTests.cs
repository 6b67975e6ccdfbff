using System.Globalization;
using System.Net;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

/// <summary>The rates and depths of the last hour, day and week.</summary>
internal sealed class StatsHistoryTests
{
    [TestCase("", 3)]
    [TestCase("?range=1h", 3)]
    [TestCase("?range=24h", 1)]
    [TestCase("?range=7d", 1)]
    public async Task History_HasThePointsOfThePeriod(string query, int points)
    {
        await using var app = new WebhookApp();
        await app.WaitUntilReadyAsync();
        var writes = (WriteQueue)app.Services.GetService(typeof(WriteQueue))!;

        // In the middle of one part of the day and of the week, so that it is always one point.
        var now = TimeProvider.System.GetUtcNow();
        var week = TimeSpan.FromMinutes(40).Ticks;
        var start = new DateTimeOffset((now.UtcTicks / week * week) + TimeSpan.FromSeconds(1).Ticks, TimeSpan.Zero);
        start = now - start < TimeSpan.FromMinutes(3) ? start.AddMinutes(-40) : start;
        for (var minute = 0; minute < 3; minute++)
        {
            SampleRow row = new()
            {
                At = start.AddMinutes(minute),
                Accepted = 90 * minute,
                Processed = 57 * minute,
                Failed = 3 * minute,
                Processing = 30,
                AcceptP99 = 1_234,
            };
            await writes.Enqueue(Request(row, TimeSpan.FromMinutes(1)));
            await writes.Enqueue(Request(row with { Grain = SampleRow.Coarse }, TimeSpan.FromMinutes(10)));
        }

        using var document = JsonDocument.Parse(await app.GetStringAsync($"/v1/stats/history{query}"));

        document.RootElement.GetArrayLength().Should().Be(points);
        var last = document.RootElement[points - 1];
        last.GetProperty("processing").GetInt64().Should().Be(30);
        last.GetProperty("accept_p99_ms").GetDouble().Should().Be(1.23);
        last.GetProperty("oldest_unprocessed_seconds").ValueKind.Should().Be(JsonValueKind.Null);
        last.GetProperty("at").GetString().Should().EndWith("Z");
        if (query != "?range=7d")
        {
            last.GetProperty("accepted_per_second").GetDouble().Should().Be(1.5);
            last.GetProperty("processed_per_second").GetDouble().Should().Be(1);
            last.GetProperty("failed_per_second").GetDouble().Should().Be(0.05);
            last.GetProperty("at").GetDateTimeOffset().Should().BeCloseTo(start.AddMinutes(2), TimeSpan.FromMilliseconds(1));
        }
        else
        {
            last.GetProperty("accepted_per_second").ValueKind.Should().Be(JsonValueKind.Null, "there is none before");
        }
    }

    [TestCase("range=5m", "range", "must be 1h, 24h or 7d")]
    [TestCase("range=1H", "range", "must be 1h, 24h or 7d")]
    [TestCase("rang=1h", "rang", "is not a parameter of this call")]
    [TestCase("range=1h&range=7d", "range", "must be given once")]
    public async Task AnotherPeriod_Is400(string query, string name, string error)
    {
        await using var app = new WebhookApp();

        using var answer = await app.Client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/stats/history?{query}"));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").GetProperty(name)[0].GetString().Should().Be(error);
    }

    private static RecordSampleRequest Request(SampleRow row, TimeSpan interval) =>
        new(row, new SampleGrain(interval, interval - TimeSpan.FromSeconds(30), TimeSpan.FromDays(8)));
}
