using System.Text.Json;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Instances;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Processing;

/// <summary>The whole service against an external system on a real port.</summary>
internal sealed class HttpExternalApiTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private ScriptedApi _api = null!;

    [SetUp]
    public async Task StartAsync() => _api = await ScriptedApi.StartAsync();

    [TearDown]
    public Task StopAsync() => _api.DisposeAsync().AsTask();

    private static readonly TestCaseData<Func<ScriptedApi.Call, HttpContext, Task>, string, string[]>[] Scripts =
    [
        new((_, http) => ScriptedApi.StatusAsync(http, 200), "PROCESSED", ["SUCCEEDED 200 "]) { TestName = "answers 200" },
        new((_, http) => ScriptedApi.StatusAsync(http, 204), "PROCESSED", ["SUCCEEDED 204 "]) { TestName = "answers 204" },
        new(
            (call, http) => ScriptedApi.StatusAsync(http, call.Number < 3 ? 500 : 200, "oops\u0007\n"),
            "PROCESSED",
            ["FAULTED 500 500 Internal Server Error: oops", "FAULTED 500 500 Internal Server Error: oops", "SUCCEEDED 200 "])
        { TestName = "answers 500 twice" },
        new((_, http) => ScriptedApi.StatusAsync(http, 400, "no"), "FAILED", ["REJECTED 400 400 Bad Request: no"]) { TestName = "answers 400" },
        new(
            (call, http) => ScriptedApi.StatusAsync(http, call.Number == 1 ? 408 : call.Number == 2 ? 425 : 200),
            "PROCESSED",
            ["FAULTED 408 408 Request Timeout", "FAULTED 425 425", "SUCCEEDED 200 "])
        { TestName = "answers 408, then 425" },
        new(
            (call, http) => call.Number == 1 ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted) : Task.CompletedTask,
            "PROCESSED",
            ["FAULTED  No answer within 0.5 s.", "SUCCEEDED 200 "])
        { TestName = "hangs" },
        new(Reset, "PROCESSED", ["FAULTED  *", "SUCCEEDED 200 "]) { TestName = "resets the connection" },
        new(TrickleAsync, "PROCESSED", ["FAULTED 500 500 Internal Server Error", "SUCCEEDED 200 "]) { TestName = "trickles a refusal" },
        new(
            async (_, http) => await http.Response.Body.WriteAsync(new byte[10_000_000], http.RequestAborted),
            "PROCESSED",
            ["SUCCEEDED 200 "])
        { TestName = "sends 10 MB" },
        new(
            (_, http) =>
            {
                http.Response.Redirect("/elsewhere");
                return Task.CompletedTask;
            },
            "FAILED",
            ["REJECTED 302 302 Found: redirects are not followed."])
        { TestName = "redirects" },
    ];

    [TestCaseSource(nameof(Scripts))]
    public async Task Call_EndsAsSpecified_WhenTheSystem(
        Func<ScriptedApi.Call, HttpContext, Task> answer, string status, string[] attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        _api.Answer = answer;
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", status);

        var recorded = (await ListAsync(app, "/v1/transactions/txn/attempts")).Select(Describe).ToArray();
        recorded.Should().HaveSameCount(attempts);
        recorded.Zip(attempts).Should().AllSatisfy(pair => pair.First.Should().Match(pair.Second));
        _api.CallsFor("txn").Should().HaveSameCount(attempts, "each attempt carries the same idempotency key");
        _api.Calls.Select(call => call.Body).Distinct().Should().ContainSingle("each attempt sends the same body, byte for byte");
        _api.Calls.Select(call => call.Headers["traceparent"]).Should().OnlyHaveUniqueItems()
            .And.AllSatisfy(parent => parent.Should().MatchRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Call_IsRetriedNoEarlier_ThanTheSystemAsked(bool isDate)
    {
        var wait = TimeSpan.FromSeconds(2);
        _api.Answer = (call, http) =>
        {
            http.Response.Headers.RetryAfter = isDate
                ? TimeProvider.System.GetUtcNow().Add(wait).ToString("R")
                : "2";
            return ScriptedApi.StatusAsync(http, call.Number == 1 ? 429 : 200);
        };
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        // A date has a resolution of one second.
        var calls = _api.CallsFor("txn");
        (calls[1].At - calls[0].At).Should().BeGreaterThan(isDate ? wait - TimeSpan.FromSeconds(1) : wait);
    }

    [Test]
    public async Task Call_Fails_WhenAllAttemptsAreMade_AndSucceedsWhenRetried()
    {
        _api.Answer = (call, http) => ScriptedApi.StatusAsync(http, call.Number <= 5 ? 503 : 200);
        await using var app = App(("ExternalApi:MaxAttempts", "3"), ("ExternalApi:BreakMinimumCalls", "1000"));
        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "FAILED");

        (await app.GetStringAsync("/v1/transactions/txn")).Should().Contain(
            "\"failure_reason\":\"Failed after 3 attempts; the last: 503 Service Unavailable\"").And.Contain("\"attempts\":3");
        using var retry = await app.Client.PostAsync("/v1/transactions/txn/retry", null);
        await app.WaitForStatusAsync("txn", "PROCESSED");

        (await ListAsync(app, "/v1/transactions/txn/attempts")).Select(attempt => attempt.GetProperty("number").GetInt32())
            .Should().Equal([1, 2, 3, 4, 5, 6], "a retry begins a new round and keeps the history");
    }

    [Test]
    public async Task Call_CarriesOwnHeadersAndSignatures_AndTheirValuesAreNotKept()
    {
        _api.Answer = (call, http) => ScriptedApi.StatusAsync(http, 422, $"you sent {call.Headers["Authorization"]}, or s3cr3t-token");
        await using var app = App(
            ("ExternalApi:Headers:Authorization", "Bearer s3cr3t-token"), ("ExternalApi:SigningSecrets:0", Secret));

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "FAILED");

        var call = _api.CallsFor("txn").Single();
        call.Headers["Authorization"].Should().Be("Bearer s3cr3t-token");
        WebhookSignature.TryReadSecret(Secret, out var key).Should().BeTrue();
        call.Headers["webhook-id"].Should().Be("txn");
        call.Headers["webhook-signature"].Should().Be(WebhookSignature.Sign(
            [key!], "txn", long.Parse(call.Headers["webhook-timestamp"], null), System.Text.Encoding.UTF8.GetBytes(call.Body)));
        (await app.GetStringAsync("/v1/transactions/txn")).Should().Contain("you sent ***, or ***").And.NotContain("s3cr3t");
    }

    [Test]
    public async Task Call_PausesWhileTheSystemIsDown_AndUsesNoAttempts()
    {
        var isDown = true;
        _api.Answer = (_, http) => ScriptedApi.StatusAsync(http, Volatile.Read(ref isDown) ? 503 : 200);
        await using var app = App(("ExternalApi:BreakMinimumCalls", "5"), ("ExternalApi:BreakDuration", "00:00:00.5"));
        for (var i = 0; i < 50; i++)
        {
            using var accepted = await app.PostAsync(Payment.Json($"txn_{i}"));
        }

        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/stats")).Contains("\"paused\":true", StringComparison.Ordinal), "calls are paused");
        var before = _api.Calls.Count;
        await Eventually.HoldsAsync(() => _api.Calls.Count >= before + 3, "trial calls are made");
        Volatile.Write(ref isDown, false);
        for (var i = 0; i < 50; i++)
        {
            await app.WaitForStatusAsync($"txn_{i}", "PROCESSED");
        }

        (await app.GetStringAsync("/v1/stats")).Should().Contain("\"paused\":false").And.Contain("\"failed\":0");
    }

    [Test]
    public async Task Call_IsNotMade_WhenTheLeaseWasLostWhileItWaited()
    {
        var isDown = true;
        _api.Answer = (_, http) => ScriptedApi.StatusAsync(http, Volatile.Read(ref isDown) ? 503 : 200);
        await using var app = App(
            ("ExternalApi:BreakMinimumCalls", "2"), ("ExternalApi:BreakDuration", "00:00:01"), ("ExternalApi:MaxConcurrency", "2"));
        for (var i = 0; i < 20; i++)
        {
            using var accepted = await app.PostAsync(Payment.Json($"txn_{i}"));
        }

        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/stats")).Contains("\"paused\":true", StringComparison.Ordinal), "calls are paused");
        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/stats")).Contains("\"in_flight\":20", StringComparison.Ordinal), "all calls wait");
        var before = _api.Calls.Count;

        // As after a long time without the database: another instance may have completed all of these rows.
        app.Services.GetRequiredService<InstanceLease>().Begin(7, TimeProvider.System.GetTimestamp() - (3_600 * TimeProvider.System.TimestampFrequency));
        Volatile.Write(ref isDown, false);

        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/stats")).Contains("\"in_flight\":0", StringComparison.Ordinal), "no call is in flight");
        _api.Calls.Count.Should().BeLessThanOrEqualTo(before + 1, "one call may have been in flight");
        (await app.GetStringAsync("/v1/stats")).Should().Contain("\"failed\":0");
    }

    // The lease is valid again by the time the call gets its slot, but another instance may have completed the row.
    [Test]
    public async Task Call_IsNotMade_WhenTheClaimWasLostWhileItWaitedForASlot()
    {
        using var firstMayEnd = new SemaphoreSlim(0);
        _api.Answer = (_, http) => firstMayEnd.WaitAsync(http.RequestAborted);
        await using var app = App(
            ("Processing:Enabled", "false"), ("ExternalApi:MaxConcurrency", "1"), ("ExternalApi:Timeout", "00:01:00"));
        var mayBegin = true;
        var external = app.Services.GetRequiredService<IExternalApi>();
        var first = external.CallAsync(Claims.Of("first").Transaction, () => true, CancellationToken.None).AsTask();
        await Eventually.HoldsAsync(() => _api.Calls.Count == 1, "the first call has the slot");
        var second = external.CallAsync(Claims.Of("second").Transaction, () => mayBegin, CancellationToken.None).AsTask();

        mayBegin = false;
        firstMayEnd.Release(2);

        (await first.Soon()).Should().NotBeNull();
        (await second.Soon()).Should().BeNull();
        _api.CallsFor("second").Should().BeEmpty();
    }

    // A system that asks for fewer calls is not failing, and other calls continue.
    [Test]
    public async Task Call_GoesOnForOthers_WhenTheSystemAsksToComeLater()
    {
        _api.Answer = (call, http) => ScriptedApi.StatusAsync(http, call.Number > 1 ? 200 : call.Key.EndsWith('0') ? 425 : 429);
        await using var app = App(("ExternalApi:BreakMinimumCalls", "2"), ("ExternalApi:BreakDuration", "00:00:00.5"));
        for (var i = 0; i < 20; i++)
        {
            using var accepted = await app.PostAsync(Payment.Json($"txn_{i}"));
        }

        for (var i = 0; i < 20; i++)
        {
            await app.WaitForStatusAsync($"txn_{i}", "PROCESSED");
        }

        app.Logs.Text.Should().NotContain("The external API is failing");
    }

    private WebhookApp App(params (string Key, string Value)[] settings) => new(
    [
        ("ExternalApi:Url", _api.Url), ("ExternalApi:Timeout", "00:00:00.5"), ("ExternalApi:BackoffBase", "00:00:00.05"),
        ("ExternalApi:BackoffMax", "00:00:00.2"), .. settings,
    ]);

    private static async Task<JsonElement[]> ListAsync(WebhookApp app, string path) =>
        JsonSerializer.Deserialize<JsonElement[]>(await app.GetStringAsync(path))!;

    private static string Describe(JsonElement attempt) =>
        $"{attempt.GetProperty("outcome")} {attempt.GetProperty("http_status")} {attempt.GetProperty("detail")}";

    private static Task Reset(ScriptedApi.Call call, HttpContext http)
    {
        if (call.Number == 1)
        {
            http.Abort();
        }

        return Task.CompletedTask;
    }

    private static async Task TrickleAsync(ScriptedApi.Call call, HttpContext http)
    {
        http.Response.StatusCode = call.Number == 1 ? 500 : 200;
        while (call.Number == 1)
        {
            await http.Response.WriteAsync("x", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, http.RequestAborted);
        }
    }
}
