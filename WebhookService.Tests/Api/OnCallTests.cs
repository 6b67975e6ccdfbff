using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

/// <summary>What an operator can do to processing, and how it is recorded.</summary>
internal sealed class OnCallTests
{
    private readonly ConcurrentQueue<string> _calls = [];

    [Test]
    public async Task Pause_StopsCallsButNotIntake_UntilItIsResumed()
    {
        await using var app = App();
        using var paused = await SendAsync(app, "/v1/processing/pause", """{"reason":"The acquirer is down."}""");
        for (var i = 0; i < 50; i++)
        {
            using var answer = await app.PostAsync(Payment.Json($"txn_{i}"));
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        }

        _calls.Should().BeEmpty();
        paused.StatusCode.Should().Be(HttpStatusCode.Accepted);
        paused.Headers.Location.Should().Be("/v1/processing");
        var state = await JsonAsync(app, "/v1/processing");
        state.GetProperty("state").GetString().Should().Be("paused");
        state.GetProperty("reason").GetString().Should().Be("The acquirer is down.");
        state.GetProperty("by").ValueKind.Should().Be(JsonValueKind.Null, "no key was required");
        app.Logs.Text.Should().Contain("Processing is paused by anybody, for all instances. Reason: The acquirer is down.");

        using var resumed = await SendAsync(app, "/v1/processing/resume", "");
        for (var i = 0; i < 50; i++)
        {
            await app.WaitForStatusAsync($"txn_{i}", "PROCESSED");
        }

        (await resumed.Content.ReadAsStringAsync()).Should().Contain("\"state\":\"running\"");
        _calls.Should().HaveCount(50);
    }

    [Test]
    public async Task Pause_ChangesNothing_WhenItIsRepeated()
    {
        await using var app = App();
        using var first = await SendAsync(app, "/v1/processing/pause", """{"reason":"first"}""");
        using var second = await SendAsync(app, "/v1/processing/pause", """{"reason":"second"}""");
        using var running = await SendAsync(app, "/v1/processing/resume", """{"reason":null}""");

        (await second.Content.ReadAsStringAsync()).Should().Be(await first.Content.ReadAsStringAsync());
        var audit = await JsonAsync(app, "/v1/audit");
        audit.EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).Should().Equal("resume", "pause");
    }

    [TestCase("{", 400, null)]
    [TestCase("[]", 400, null)]
    [TestCase("{} {}", 400, null)]
    [TestCase("""{"reason":7}""", 422, "reason")]
    [TestCase("""{"reason":"a\u0000b"}""", 422, "reason")]
    [TestCase("""{"reason":"\ud800"}""", 422, "reason")]
    [TestCase("""{"raeson":"x"}""", 422, "raeson")]
    [TestCase("long", 422, "reason")]
    [TestCase("huge", 413, null)]
    public async Task Pause_RefusesABodyThatBreaksARule_AndNamesTheMember(string body, int status, string? member)
    {
        await using var app = App();
        body = body switch
        {
            "long" => $$"""{"reason":"{{new string('x', 501)}}"}""",
            "huge" => $$"""{"reason":"{{new string('x', 9_000)}}"}""",
            _ => body,
        };

        using var answer = await SendAsync(app, "/v1/processing/pause", body);

        ((int)answer.StatusCode).Should().Be(status);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        (problem.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Single().Name : null).Should().Be(member);
        (await app.GetStringAsync("/v1/processing")).Should().Contain("running");
    }

    [Test]
    public async Task Pause_RefusesABodyThatIsNotJson()
    {
        await using var app = App();
        using var text = new StringContent("reason", Encoding.UTF8, "text/plain");

        using var answer = await app.Client.PostAsync("/v1/processing/pause", text);

        answer.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Test]
    public async Task Retries_AreInTheAudit_WithTheirFilterAndNumber()
    {
        await using var app = App(AttemptOutcome.Rejected);
        foreach (var id in new[] { "txn_1", "txn_2" })
        {
            using var answer = await app.PostAsync(Payment.Json(id));
            await app.WaitForStatusAsync(id, "FAILED");
        }

        using var one = await SendAsync(app, "/v1/transactions/txn_1/retry", """{"reason":"The acquirer is back."}""");
        await app.WaitForStatusAsync("txn_1", "FAILED");
        using var all = await app.Client.PostAsync("/v1/transactions/retry?source_account=acc_user_789&status=FAILED", null);
        using var none = await app.Client.PostAsync("/v1/transactions/retry?source_account=nobody", null);

        var audit = (await JsonAsync(app, "/v1/audit")).EnumerateArray().ToList();
        audit.Select(e => (e.GetProperty("action").GetString(), e.GetProperty("target").GetString(), e.GetProperty("count").GetInt64()))
            .Should().Equal(("retry", "source_account=sha256-805be4d5074e5269&status=FAILED", 2), ("retry", "txn_1", 1));
        (await JsonAsync(app, "/v1/audit?target=txn_1")).EnumerateArray().Should().ContainSingle()
            .Which.GetProperty("reason").GetString().Should().Be("The acquirer is back.");
        app.Logs.Text.Should().Contain("anybody retried 2 failed transactions (source_account, status=FAILED).");
    }

    [Test]
    public async Task Failures_AreListedInGroups_ThatCanBeFilteredAndRetried()
    {
        await using var app = App(AttemptOutcome.Rejected);
        foreach (var id in new[] { "txn_1", "txn_2" })
        {
            using var answer = await app.PostAsync(Payment.Json(id, currency: id == "txn_1" ? "INR" : "USD"));
            await app.WaitForStatusAsync(id, "FAILED");
        }

        var group = (await JsonAsync(app, "/v1/failures")).EnumerateArray().Should().ContainSingle().Subject;
        group.GetProperty("count").GetInt64().Should().Be(2);
        group.GetProperty("source").GetString().Should().Be("transactions");
        var filter = $"failure_reason={Uri.EscapeDataString(group.GetProperty("reason").GetString()!)}&source=transactions&currency=usd";
        (await JsonAsync(app, $"/v1/transactions?status=FAILED&amount_min=150.50&amount_max=150.5&has_conflict=false&{filter}"))
            .EnumerateArray().Select(row => row.GetProperty("transaction_id").GetString()).Should().Equal("txn_2");
        using var retried = await app.Client.PostAsync($"/v1/transactions/retry?{filter}", null);
        (await retried.Content.ReadAsStringAsync()).Should().Be("{\"retried\":1}");
    }

    [TestCase("currency=XXX", "currency")]
    [TestCase("amount_min=1.234", "amount_min")]
    [TestCase("amount_max=-1", "amount_max")]
    [TestCase("failure_reason=%00", "failure_reason")]
    [TestCase("has_conflict=yes", "has_conflict")]
    [TestCase("source=Not+A+Name", "source")]
    public async Task List_RefusesAFilterThatBreaksARule_AndNamesIt(string query, string parameter)
    {
        await using var app = App();

        using var answer = await app.Client.GetAsync($"/v1/transactions?{query}");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("errors").EnumerateObject()
            .Should().ContainSingle().Which.Name.Should().Be(parameter);
    }

    [Test]
    public async Task Audit_IsReadPageByPage()
    {
        await using var app = App();
        for (var i = 0; i < 3; i++)
        {
            using var pause = await SendAsync(app, "/v1/processing/pause", $$"""{"reason":"{{i}}"}""");
            using var resume = await SendAsync(app, "/v1/processing/resume", $$"""{"reason":"{{i}}"}""");
        }

        List<string?> reasons = [];
        for (var next = "/v1/audit?limit=2"; next is not null;)
        {
            using var page = await app.Client.GetAsync(next);
            reasons.AddRange(JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.EnumerateArray()
                .Select(entry => entry.GetProperty("reason").GetString()));
            next = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        reasons.Should().Equal("2", "2", "1", "1", "0", "0");
        using var wrong = await app.Client.GetAsync("/v1/audit?limit=0&cursor=x");
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).Should().Contain("\"limit\"").And.Contain("\"cursor\"");
    }

    private WebhookApp App(AttemptOutcome outcome = AttemptOutcome.Succeeded) => new()
    {
        ExternalApi = new CountingExternalApi
        {
            OnCall = (id, _) =>
            {
                _calls.Enqueue(id);
                return Task.FromResult<CallResult?>(Attempts.Result(outcome, "no"));
            },
        },
    };

    private static async Task<HttpResponseMessage> SendAsync(WebhookApp app, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await app.Client.PostAsync(path, body.Length == 0 ? null : content);
    }

    private static async Task<JsonElement> JsonAsync(WebhookApp app, string path) =>
        JsonDocument.Parse(await app.GetStringAsync(path)).RootElement;
}
