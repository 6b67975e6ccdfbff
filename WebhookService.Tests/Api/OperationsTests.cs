using System.Net;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

internal sealed class OperationsTests
{
    private volatile bool _refuses = true;

    [Test]
    public async Task Retry_TakesBackOneThatFailed_AndNoOther()
    {
        await using var app = App();
        await FailAsync(app, "txn");
        _refuses = false;

        using var retried = await app.Client.PostAsync("/v1/transactions/txn/retry", null);
        await app.WaitForStatusAsync("txn", "PROCESSED");
        using var again = await app.Client.PostAsync("/v1/transactions/txn/retry", null);
        using var unknown = await app.Client.PostAsync("/v1/transactions/nobody/retry", null);
        using var noId = await app.Client.PostAsync("/v1/transactions/a%20b/retry", null);

        retried.StatusCode.Should().Be(HttpStatusCode.Accepted);
        retried.Headers.Location.Should().Be("/v1/transactions/txn");
        (await retried.Content.ReadAsStringAsync()).Should().Be("{\"retried\":1}");
        again.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await again.Content.ReadAsStringAsync()).Should().Contain("this one is PROCESSED");
        app.Logs.Text.Should().Contain("anybody retried the failed transaction txn.");
        unknown.StatusCode.Should().Be(HttpStatusCode.NotFound);
        noId.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task RetryAll_TakesBackWhatTheFilterFinds_CallByCall()
    {
        await using var app = App(
            ("Operations:RetryBatch", "2"), ("Operations:RetryDuration", "00:00:00.1"), ("Operations:RetriesPerSecond", "20"));
        for (var i = 0; i < 7; i++)
        {
            await FailAsync(app, $"txn_{i}", source: i < 6 ? "mine" : "other");
        }

        _refuses = false;
        var (calls, retried) = (0, 0);
        var next = "/v1/transactions/retry?status=FAILED&source_account=mine";
        while (next is not null)
        {
            using var answer = await app.Client.PostAsync(next, null);
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
            retried += JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("retried").GetInt32();
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            calls++;
        }

        retried.Should().Be(6);
        calls.Should().BeGreaterThan(1, "a call is bounded, and leads to the next");
        for (var i = 0; i < 6; i++)
        {
            await app.WaitForStatusAsync($"txn_{i}", "PROCESSED");
        }

        (await app.GetStringAsync("/v1/transactions/txn_6")).Should().Contain("FAILED");
    }

    [TestCase("?status=PROCESSED", "status")]
    [TestCase("?statu=FAILED", "statu")]
    [TestCase("?source_account=", "source_account")]
    [TestCase("?source_account=a&source_account=b", "source_account")]
    [TestCase("?limit=5", "limit")]
    [TestCase("?created_from=yesterday", "created_from")]
    [TestCase("?cursor=x", "cursor")]
    public async Task RetryAll_RefusesWhatItDoesNotKnow_InsteadOfRetryingEverything(string query, string field)
    {
        await using var app = App();
        await FailAsync(app, "txn");

        using var answer = await app.Client.PostAsync("/v1/transactions/retry" + query, null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("errors").TryGetProperty(field, out _)
            .Should().BeTrue();
        (await app.GetStringAsync("/v1/transactions/txn")).Should().Contain("FAILED");
    }

    [Test]
    public async Task Conflicts_AreListedAndCounted()
    {
        await using var app = App();
        _refuses = false;
        foreach (var amount in new[] { "1.00", "2.00", "2.00" })
        {
            using var answer = await app.PostAsync(
                $$"""{"transaction_id":"txn","source_account":"a","destination_account":"b","amount":{{amount}},"currency":"INR"}""");
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        }

        var conflict = JsonSerializer.Deserialize<JsonElement[]>(await app.GetStringAsync("/v1/transactions/txn/conflicts"))!.Single();

        conflict.GetProperty("amount").GetRawText().Should().Be("2.00");
        conflict.GetProperty("times").GetInt32().Should().Be(2);
        (await app.GetStringAsync("/v1/stats")).Should().Contain("\"conflicts\":2");
        using var unknown = await app.Client.GetAsync("/v1/transactions/nobody/conflicts");
        unknown.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [TestCase("/v1/transactions/nobody/attempts")]
    [TestCase("/v1/transactions/a%20b/attempts")]
    public async Task Attempts_AreNotFound_WhenTheIdIsUnknown(string path)
    {
        await using var app = App();

        using var answer = await app.Client.GetAsync(path);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    private WebhookApp App(params (string Key, string Value)[] settings) => new(settings)
    {
        ExternalApi = new CountingExternalApi
        {
            OnCall = (_, _) => Task.FromResult<CallResult?>(
                Attempts.Result(_refuses ? AttemptOutcome.Rejected : AttemptOutcome.Succeeded, "no")),
        },
    };

    private static async Task FailAsync(WebhookApp app, string id, string source = "acc")
    {
        using var answer = await app.PostAsync(
            $$"""{"transaction_id":"{{id}}","source_account":"{{source}}","destination_account":"b","amount":1,"currency":"INR"}""");
        await app.WaitForStatusAsync(id, "FAILED");
    }
}
