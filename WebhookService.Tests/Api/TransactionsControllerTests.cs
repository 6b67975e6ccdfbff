using System.Net;
using System.Text.Json;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

internal sealed class TransactionsControllerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Test]
    public async Task Find_ReturnsWhatWasSent_WhenTransactionIsProcessed()
    {
        var clock = new FakeTimeProvider(Start.AddMicroseconds(123_456));
        await using var app = new WebhookApp(("Processing:Delay", "00:00:30")) { Clock = clock };
        using var response = await app.PostAsync(Payment.Json());

        var before = await app.GetStringAsync("/v1/transactions/txn_abc123def456");

        before.Should().Be("{" + string.Join(
            ',',
            "\"transaction_id\":\"txn_abc123def456\"",
            "\"source_account\":\"acc_user_789\"",
            "\"destination_account\":\"acc_merchant_456\"",
            "\"amount\":150.50",
            "\"currency\":\"INR\"",
            "\"status\":\"PROCESSING\"",
            "\"created_at\":\"2026-01-15T10:30:00.123456Z\"",
            "\"processed_at\":null",
            "\"attempts\":0",
            "\"failure_reason\":null",
            "\"dismissed_at\":null",
            "\"dismissed_by\":null",
            "\"note\":null",
            "\"next_attempt_at\":null",
            "\"source\":\"transactions\"",
            "\"event_type\":null",
            "\"event_id\":null",
            "\"occurred_at\":null") + "}");

        // The call is begun by another thread, so the clock is moved until its timer has been there to see it.
        await Eventually.HoldsAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(30));
                return (await app.GetStringAsync("/v1/transactions/txn_abc123def456")).Contains("PROCESSED", StringComparison.Ordinal);
            },
            "the transaction is processed");
        (await app.GetStringAsync("/v1/transactions/txn_abc123def456"))
            .Should().Contain("\"attempts\":1").And.MatchRegex("\"processed_at\":\"2026-01-15T[0-9:]+\\.123456Z\"");
    }

    [TestCase("/v1/transactions/nope", 404)]
    [TestCase("/v1/transactions/a%20b", 404)]
    [TestCase("/nope", 404)]
    [TestCase("/v1/webhooks/transactions", 405)]
    public async Task Get_ReturnsAProblem_WhenThereIsNothing(string path, int status)
    {
        await using var app = new WebhookApp();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");

        using var response = await app.Client.SendAsync(request);

        ((int)response.StatusCode).Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=201", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("limit=-1", "limit")]
    [TestCase("status=processed", "status")]
    [TestCase("status=DONE", "status")]
    [TestCase("created_from=yesterday", "created_from")]
    [TestCase("created_from=2026-01-15", "created_from")]
    [TestCase("created_from=2026-01-15T10:30:00", "created_from")]
    [TestCase("created_to=2026-13-15T10:30:00Z", "created_to")]
    [TestCase("created_to=2026-01-15T10:30:00+01:00", "created_to")]
    [TestCase("source_account=%00", "source_account")]
    [TestCase("destination_account=acc%00", "destination_account")]
    [TestCase("cursor=abc", "cursor")]
    [TestCase("cursor=AQAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [TestCase("cursor=_____________________w", "cursor")]
    public async Task List_NamesTheParameter_WhenItBreaksItsRule(string query, string parameter)
    {
        await using var app = new WebhookApp();

        using var response = await app.Client.GetAsync($"/v1/transactions?{query}");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").GetProperty(parameter).GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task List_WalksEveryRowOnceNewestFirst_WhenPagesAreFollowed()
    {
        var clock = new FakeTimeProvider(Start);
        await using var app = new WebhookApp(("Processing:Enabled", "false")) { Clock = clock };
        for (var i = 0; i < 25; i++)
        {
            using var response = await app.PostAsync(Payment.Json($"t{i:00}"));

            // Three at a time share a microsecond, so that the cursor has ties to break.
            clock.Advance(i % 3 == 0 ? TimeSpan.FromMicroseconds(1) : TimeSpan.Zero);
        }

        List<string> seen = [];
        var next = "/v1/transactions?limit=4";
        while (next is not null)
        {
            using var response = await app.Client.GetAsync(next);
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            seen.AddRange(page.RootElement.EnumerateArray().Select(t => t.GetProperty("transaction_id").GetString()!));
            next = response.Headers.TryGetValues("Link", out var link)
                ? link.Single().Split('>')[0].TrimStart('<')
                : null;
        }

        seen.Should().Equal(Enumerable.Range(0, 25).Select(i => $"t{24 - i:00}"));
    }

    [TestCase("source_account=a1", "t1,t0")]
    [TestCase("destination_account=b2", "t3,t2")]
    [TestCase("source_account=a1&destination_account=b2", "")]
    [TestCase("created_from=2026-01-15T10:31:00Z&created_to=2026-01-15T10:33:00Z", "t2,t1")]
    [TestCase("created_from=2026-01-15T12:31:00%2B02:00", "t3,t2,t1")]
    [TestCase("source_account=a1&created_to=2026-01-15T10:31Z", "t0")]
    [TestCase("status=PROCESSED", "t2,t0")]
    [TestCase("status=FAILED", "t3,t1")]
    [TestCase("status=PROCESSING", "")]
    [TestCase("status=FAILED&source_account=a2", "t3")]
    [TestCase("limit=2", "t3,t2")]
    [TestCase("limit=200", "t3,t2,t1,t0")]
    [TestCase("status=&limit=", "t3,t2,t1,t0")]
    public async Task List_ReturnsWhatMatches_WhenFiltered(string query, string expected)
    {
        var clock = new FakeTimeProvider(Start);
        var api = new CountingExternalApi
        {
            OnCall = (id, _) => Task.FromResult<CallResult?>(
                Attempts.Result(id is "t1" or "t3" ? AttemptOutcome.Rejected : AttemptOutcome.Succeeded, "No.")),
        };
        await using var app = new WebhookApp { Clock = clock, ExternalApi = api };
        foreach (var (id, source, destination) in new[] { ("t0", "a1", "b1"), ("t1", "a1", "b1"), ("t2", "a2", "b2"), ("t3", "a2", "b2") })
        {
            using var response = await app.PostAsync(Payment.Json(id, source, destination));
            await Eventually.HoldsAsync(
                async () => !(await app.GetStringAsync($"/v1/transactions/{id}")).Contains("PROCESSING", StringComparison.Ordinal),
                $"{id} is final");
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        using var list = JsonDocument.Parse(await app.GetStringAsync($"/v1/transactions?{query}"));

        string.Join(',', list.RootElement.EnumerateArray().Select(t => t.GetProperty("transaction_id").GetString()))
            .Should().Be(expected);
    }
}
