using System.Net;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

/// <summary>Dismissing failed transactions, counting what a filter finds, and erasing an account.</summary>
internal sealed class DismissalTests
{
    [Test]
    public async Task Dismiss_LeavesTheCountOfFailures_AndCanBeTakenBack()
    {
        await using var app = await FailedAsync("txn_1", "txn_2");

        using var dismissed = await SendAsync(app, "/v1/transactions/txn_1/dismiss", """{"note":"Refunded by hand."}""");

        dismissed.StatusCode.Should().Be(HttpStatusCode.Accepted);
        dismissed.Headers.Location.Should().Be("/v1/transactions/txn_1");
        (await dismissed.Content.ReadAsStringAsync()).Should().Be("{\"dismissed\":1}");
        var row = await JsonAsync(app, "/v1/transactions/txn_1");
        row.GetProperty("status").GetString().Should().Be("FAILED");
        row.GetProperty("note").GetString().Should().Be("Refunded by hand.");
        row.GetProperty("dismissed_at").GetString().Should().EndWith("Z");
        row.GetProperty("dismissed_by").ValueKind.Should().Be(JsonValueKind.Null, "no key was required");
        (await JsonAsync(app, "/v1/failures"))[0].GetProperty("count").GetInt64().Should().Be(1);
        var stats = await JsonAsync(app, "/v1/stats");
        (stats.GetProperty("failed").GetInt64(), stats.GetProperty("dismissed").GetInt64()).Should().Be((2, 1));
        (await CountAsync(app, "status=FAILED&dismissed=false")).Should().Be(1);

        using var undismissed = await SendAsync(app, "/v1/transactions/txn_1/undismiss", "");
        using var again = await SendAsync(app, "/v1/transactions/txn_1/undismiss", "");

        (await undismissed.Content.ReadAsStringAsync()).Should().Be("{\"undismissed\":1}");
        (await again.Content.ReadAsStringAsync()).Should().Be("{\"undismissed\":0}");
        (await CountAsync(app, "dismissed=true")).Should().Be(0);
        var audit = (await JsonAsync(app, "/v1/audit?target=txn_1")).EnumerateArray().ToList();
        audit.Select(e => (e.GetProperty("action").GetString(), e.GetProperty("reason").GetString()))
            .Should().Equal(("undismiss", null), ("dismiss", "Refunded by hand."));
    }

    [Test]
    public async Task Dismiss_InBulk_TakesTheListsFilters_PageByPage()
    {
        await using var app = await FailedAsync("txn_1", "txn_2", "txn_3");

        using var some = await SendAsync(app, "/v1/transactions/dismiss?failure_reason=no&currency=inr", """{"note":"poison"}""");
        using var rest = await SendAsync(app, "/v1/transactions/dismiss", "");
        using var back = await SendAsync(app, "/v1/transactions/undismiss?currency=INR", "");

        (await some.Content.ReadAsStringAsync()).Should().Be("{\"dismissed\":3}");
        (await rest.Content.ReadAsStringAsync()).Should().Be("{\"dismissed\":0}");
        (await back.Content.ReadAsStringAsync()).Should().Be("{\"undismissed\":3}");
        (await JsonAsync(app, "/v1/audit")).EnumerateArray().Select(e => e.GetProperty("target").GetString())
            .Should().Equal("currency=INR", "failure_reason=sha256-9390298f3fb0c5b1&currency=inr");
        app.Logs.Text.Should().Contain("anybody: dismiss of 3 transactions (failure_reason, currency=inr).");
    }

    [TestCase("/v1/transactions/txn_nobody/dismiss", "", 404)]
    [TestCase("/v1/transactions/txn_open/dismiss", "", 409)]
    [TestCase("/v1/transactions/txn_open/undismiss", "", 409)]
    [TestCase("/v1/transactions/txn_1/dismiss", """{"reason":"x"}""", 422)]
    [TestCase("/v1/transactions/txn_1/dismiss", """{"note":1}""", 422)]
    [TestCase("/v1/transactions/txn_1/dismiss", """{"note":"a","note":"b"}""", 400)]
    [TestCase("/v1/transactions/dismiss", "[", 400)]
    [TestCase("/v1/transactions/dismiss?status=PROCESSED", "", 400)]
    [TestCase("/v1/transactions/dismiss?reason=x", "", 400)]
    [TestCase("/v1/transactions/dismiss?dismissed=no", "", 400)]
    [TestCase("/v1/accounts/%20/erase", "", 422)]
    [TestCase("/v1/accounts/acc/erase", """{"note":"x"}""", 422)]
    public async Task Call_ThatBreaksARule_IsRefused_AndChangesNothing(string path, string body, int status)
    {
        await using var app = await FailedAsync("txn_1");
        using var open = await SendAsync(app, "/v1/processing/pause", "");
        using var posted = await app.PostAsync(Payment.Json("txn_open"));

        using var answer = await SendAsync(app, path, body);

        ((int)answer.StatusCode).Should().Be(status);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await CountAsync(app, "dismissed=true")).Should().Be(0);
        (await CountAsync(app, "")).Should().Be(2);
    }

    [TestCase("acc_user_789", "acc_user_789")]
    [TestCase("acc_user_789", "acc_user_789", "erase/")]
    [TestCase("a%2Fb", "a%252Fb")]
    [TestCase("ü €+", "%C3%BC%20%E2%82%AC+")]
    public async Task Erase_TakesTheAccountExactly_AndKeepsTheIds(string account, string encoded, string end = "erase")
    {
        await using var app = await FailedOfAsync(account, "txn_1", "txn_2");
        using var other = await app.PostAsync(Payment.Json("txn_other", source: $"{account}x"));

        using var erased = await SendAsync(app, $"/v1/accounts/{encoded}/{end}", """{"reason":"Ticket 17."}""");

        erased.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await erased.Content.ReadAsStringAsync()).Should().Be("""{"erased":2,"unfinished":0,"conflicts":0,"quarantined":0}""");
        var row = await JsonAsync(app, "/v1/transactions/txn_1");
        (row.GetProperty("status").GetString(), row.GetProperty("source_account").GetString()).Should().Be(("FAILED", null));
        foreach (var action in new[] { "dismiss", "undismiss" })
        {
            using var late = await SendAsync(app, $"/v1/transactions/txn_1/{action}", "");
            late.StatusCode.Should().Be(HttpStatusCode.Conflict, "nothing of it may change any more");
        }

        using var repeat = await app.PostAsync(Payment.Json("txn_1", source: account));
        (await repeat.Content.ReadAsStringAsync()).Should().Contain("\"duplicate\":true").And.NotContain("conflict");
        var entry = (await JsonAsync(app, "/v1/audit")).EnumerateArray().Single();
        entry.GetProperty("target").GetString().Should().MatchRegex("^account=sha256-[0-9a-f]{16}$");
        entry.GetProperty("reason").GetString().Should().Be("Ticket 17.");
        app.Logs.Text.Should().NotContain(account, "logs have no accounts");
    }

    [Test]
    public async Task Erase_ContinuesAtTheAddressOfTheSameAccount_WhenItsTimeIsOver()
    {
        const int Rows = 500;
        await using var app = App(("Operations:RetryDuration", "00:00:00.100"), ("Retention:Batch", "1"));
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(async i =>
            (await app.PostAsync(Payment.Json($"txn_{i}", source: "a%41b"))).Dispose()));
        await Eventually.HoldsAsync(async () => await CountAsync(app, "status=FAILED") == Rows, "all have failed");

        var erased = 0;
        var links = 0;
        for (var next = "/v1/accounts/a%2541b/erase"; next is not null; links++)
        {
            using var answer = await SendAsync(app, next, "");
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            erased += body.RootElement.GetProperty("erased").GetInt32();
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        erased.Should().Be(Rows);
        links.Should().BeGreaterThan(1, "one call has no time for all");
    }

    [Test]
    public async Task BulkAction_IsInTheAudit_WhenItsCallerIsGone()
    {
        await using var app = App(("Operations:RetryBatch", "1"), ("Operations:RetriesPerSecond", "1"));
        foreach (var id in new[] { "txn_1", "txn_2", "txn_3" })
        {
            using var answer = await app.PostAsync(Payment.Json(id));
            await app.WaitForStatusAsync(id, "FAILED");
        }

        using var caller = new CancellationTokenSource();
        using var body = new StringContent("""{"note":"Closed."}""", Encoding.UTF8, "application/json");
        var call = app.Client.PostAsync("/v1/transactions/dismiss", body, caller.Token);
        await Eventually.HoldsAsync(async () => await CountAsync(app, "dismissed=true") == 1, "the first is dismissed");
        await caller.CancelAsync();

        var wait = () => call;
        await wait.Should().ThrowAsync<OperationCanceledException>();
        await Eventually.HoldsAsync(
            async () => (await JsonAsync(app, "/v1/audit")).GetArrayLength() == 1, "what was done is in the audit");
        var entry = (await JsonAsync(app, "/v1/audit"))[0];
        (entry.GetProperty("action").GetString(), entry.GetProperty("reason").GetString()).Should().Be(("dismiss", "Closed."));
        entry.GetProperty("count").GetInt64().Should().Be(await CountAsync(app, "dismissed=true"));
    }

    [TestCase("", 3, false)]
    [TestCase("status=FAILED", 3, false)]
    [TestCase("source_account=nobody", 0, false)]
    public async Task Matches_CountWhatAFilterFinds(string query, int count, bool more)
    {
        await using var app = await FailedAsync("txn_1", "txn_2", "txn_3");

        var matches = await JsonAsync(app, $"/v1/stats/matches?{query}");

        (matches.GetProperty("count").GetInt32(), matches.GetProperty("more").GetBoolean()).Should().Be((count, more));
    }

    [Test]
    public async Task Matches_AreCountedUpToALimit()
    {
        await using var app = App(("Reads:MaxCount", "2"));
        foreach (var id in new[] { "txn_1", "txn_2", "txn_3" })
        {
            using var answer = await app.PostAsync(Payment.Json(id));
        }

        (await app.GetStringAsync("/v1/stats/matches")).Should().Be("""{"count":2,"more":true}""");
    }

    private static Task<WebhookApp> FailedAsync(params string[] ids) => FailedOfAsync("acc_user_789", ids);

    private static async Task<WebhookApp> FailedOfAsync(string account, params string[] ids)
    {
        var app = App();
        foreach (var id in ids)
        {
            using var answer = await app.PostAsync(Payment.Json(id, source: account));
            await app.WaitForStatusAsync(id, "FAILED");
        }

        return app;
    }

    private static WebhookApp App(params (string, string)[] settings) => new(settings)
    {
        ExternalApi = new CountingExternalApi
        {
            OnCall = (_, _) => Task.FromResult<Infrastructure.ExternalApi.CallResult?>(
                Attempts.Result(AttemptOutcome.Rejected, "no")),
        },
    };

    private static async Task<HttpResponseMessage> SendAsync(WebhookApp app, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await app.Client.PostAsync(path, body.Length == 0 ? null : content);
    }

    private static async Task<long> CountAsync(WebhookApp app, string query) =>
        (await JsonAsync(app, $"/v1/stats/matches?{query}")).GetProperty("count").GetInt64();

    private static async Task<JsonElement> JsonAsync(WebhookApp app, string path) =>
        JsonDocument.Parse(await app.GetStringAsync(path)).RootElement;
}
