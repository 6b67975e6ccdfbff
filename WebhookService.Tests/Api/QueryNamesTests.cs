using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

/// <summary>A filter that is misspelt, or given twice, must not find something else in silence.</summary>
internal sealed class QueryNamesTests
{
    private const string Unknown = "is not a parameter of this call";
    private const string Repeated = "must be given once";

    [TestCase("/v1/transactions?stauts=FAILED", "stauts", Unknown)]
    [TestCase("/v1/transactions?transaction_id=a", "transaction_id", Unknown)]
    [TestCase("/v1/transactions?=a", "", Unknown)]
    [TestCase("/v1/transactions?status=FAILED&status=PROCESSED", "status", Repeated)]
    [TestCase("/v1/transactions?status=FAILED&STATUS=FAILED", "status", Repeated)]
    [TestCase("/v1/transactions?limit=1&limit=1", "limit", Repeated)]
    [TestCase("/v1/transactions/nobody?status=FAILED", "status", Unknown)]
    [TestCase("/v1/transactions/nobody/attempts?limit=1", "limit", Unknown)]
    [TestCase("/v1/transactions/nobody/conflicts?x", "x", Unknown)]
    [TestCase("/v1/stats?since=1", "since", Unknown)]
    [TestCase("/v1/stats/stream?x=1", "x", Unknown)]
    [TestCase("/v1/instances?x=1", "x", Unknown)]
    [TestCase("/v1/access?x=1", "x", Unknown)]
    public async Task Get_NamesTheParameter_WhenItIsUnknownOrRepeated(string path, string parameter, string rule)
    {
        await using var app = new WebhookApp();

        // Not to its end, which an answer of the stream does not have.
        using var response = await app.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

        ((int)response.StatusCode).Should().Be(400);
        var text = await response.Content.ReadAsStringAsync();
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using var problem = JsonDocument.Parse(text);
        problem.RootElement.GetProperty("errors").EnumerateObject().Should().ContainSingle()
            .Which.Should().Match<JsonProperty>(error => error.Name == parameter && error.Value[0].GetString() == rule);
    }

    [TestCase("/v1/transactions/nobody/retry?force=true", "force", Unknown)]
    [TestCase("/v1/transactions/retry?limit=5", "limit", Unknown)]
    [TestCase("/v1/transactions/retry?status=FAILED&status=FAILED", "status", Repeated)]
    public async Task Retry_NamesTheParameter_WhenItIsUnknownOrRepeated(string path, string parameter, string rule)
    {
        await using var app = new WebhookApp();

        using var response = await app.Client.PostAsync(path, null);

        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(400, text);
        using var problem = JsonDocument.Parse(text);
        problem.RootElement.GetProperty("errors").GetProperty(parameter)[0].GetString().Should().Be(rule);
    }

    [TestCase("GET", "/v1/transactions/a")]
    [TestCase("GET", "/v1/transactions/a/attempts")]
    [TestCase("POST", "/v1/transactions/a/retry")]
    public async Task Path_NamesTheTransaction_WhateverAFormSays(string method, string path)
    {
        await using var app = new WebhookApp();
        (await app.PostAsync(Payment.Json("b"))).Dispose();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new FormUrlEncodedContent([new("transactionId", "b")]);

        using var response = await app.Client.SendAsync(request);

        ((int)response.StatusCode).Should().Be(404, "there is no transaction a");
    }

    [TestCase("GET", "/v1/transactions", 200)]
    [TestCase("GET", "/v1/transactions?limit=0", 400)]
    [TestCase("GET", "/v1/transactions/b", 200)]
    [TestCase("POST", "/v1/transactions/retry?status=FAILED", 202)]
    [TestCase("POST", "/v1/transactions/b/retry", 409)]
    public async Task Call_IsAnswered_WhateverItsContentType(string method, string path, int status)
    {
        await using var app = new WebhookApp();
        (await app.PostAsync(Payment.Json("b"))).Dispose();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new StringContent("x");
        request.Content.Headers.ContentType = new("multipart/form-data");

        using var response = await app.Client.SendAsync(request);

        ((int)response.StatusCode).Should().Be(status);
    }

    // Senders and probes were promised their paths; what they put behind them is theirs.
    [Test]
    public async Task Receive_AndProbes_TakeAnyQuery()
    {
        await using var app = new WebhookApp();

        using var post = await app.Client.PostAsync(WebhookApp.Webhooks + "?from=provider&from=again", WebhookApp.Json(Payment.Json()));

        ((int)post.StatusCode).Should().Be(202);
        (await app.GetStringAsync("/?x=1")).Should().Contain("HEALTHY");
        (await app.GetStringAsync("/health/live?x=1")).Should().Be("Healthy");
        (await app.GetStringAsync("/metrics?x=1")).Should().Contain("webhook");
    }
}
