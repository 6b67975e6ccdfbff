using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

internal sealed class WebhooksControllerTests
{
    [Test]
    public async Task Receive_ReturnsAccepted_WhenTransactionIsNew()
    {
        await using var app = new WebhookApp();

        using var response = await app.PostAsync(Payment.Json());

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        response.Headers.Location!.OriginalString.Should().Be("/v1/transactions/txn_abc123def456");
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        (await response.Content.ReadAsStringAsync()).Should().Be(
            """{"message":"accepted","transaction_id":"txn_abc123def456","duplicate":false}""");
    }

    [TestCase("150.50", "INR", "acc_user_789")]
    [TestCase("150.5", "inr", "acc_user_789")]
    [TestCase("\"150.5\"", "Inr", "acc_user_789")]
    public async Task Receive_ReturnsDuplicate_WhenContentIsTheSame(string amount, string currency, string source)
    {
        await using var app = new WebhookApp();
        using var first = await app.PostAsync(Payment.Json());

        using var response = await app.PostAsync(Payment.Json(amount: amount, currency: currency, source: source));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        response.Headers.Location!.OriginalString.Should().Be("/v1/transactions/txn_abc123def456");
        (await response.Content.ReadAsStringAsync()).Should().Be(
            """{"message":"duplicate","transaction_id":"txn_abc123def456","duplicate":true}""");
    }

    [TestCase("150.51", "INR", "acc_user_789", "acc_merchant_456")]
    [TestCase("150.50", "EUR", "acc_user_789", "acc_merchant_456")]
    [TestCase("150.50", "INR", "acc_user_78", "acc_merchant_456")]
    [TestCase("150.50", "INR", "acc_user_789", "acc_merchant_456 ")]
    public async Task Receive_KeepsTheFirstContent_WhenContentDiffers(
        string amount, string currency, string source, string destination)
    {
        await using var app = new WebhookApp();
        using var first = await app.PostAsync(Payment.Json());

        using var response = await app.PostAsync(Payment.Json("txn_abc123def456", source, destination, amount, currency));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await response.Content.ReadAsStringAsync()).Should().Be(
            """{"message":"duplicate","transaction_id":"txn_abc123def456","duplicate":true,"conflict":true}""");
        (await app.GetStringAsync("/v1/transactions/txn_abc123def456")).Should().Contain(
            "\"source_account\":\"acc_user_789\",\"destination_account\":\"acc_merchant_456\",\"amount\":150.50,\"currency\":\"INR\"");
    }

    [Test]
    public async Task Receive_CallsTheExternalApiOnce_WhenOneIdIsPostedByAThousand()
    {
        var api = new CountingExternalApi();
        await using var app = new WebhookApp { ExternalApi = api };

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => app.PostAsync(Payment.Json("one"))));

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Accepted);
        await app.WaitForStatusAsync("one", "PROCESSED");
        api.Calls.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("one", 1));
    }

    [Test]
    public async Task Receive_TellsIdsApart_WhenTheyDifferInCase()
    {
        await using var app = new WebhookApp();
        using var upper = await app.PostAsync(Payment.Json("TXN_1"));

        using var lower = await app.PostAsync(Payment.Json("txn_1", amount: "2"));

        (await lower.Content.ReadAsStringAsync()).Should().Contain("\"duplicate\":false");
        (await app.GetStringAsync("/v1/transactions/TXN_1")).Should().Contain("150.50");
    }

    [TestCase("application/json; charset=utf-8")]
    [TestCase("application/json;charset=\"UTF-8\"")]
    [TestCase("APPLICATION/JSON")]
    [TestCase("text/json")]
    [TestCase("application/vnd.provider+json")]
    public async Task Receive_ReturnsAccepted_WhenMediaTypeIsJson(string mediaType)
    {
        await using var app = new WebhookApp();

        using var response = await app.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(), mediaType));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [TestCase("\"x\":{\"a\":[1,2,{\"a\":1,\"A\":2}]}")]
    [TestCase("\"x\":\"\\uD800\"")]
    [TestCase("\"\\uD800\":1")]
    [TestCase("\"\":null")]
    [TestCase("\"amounts\":5,\"Amount_\":\"x\"")]
    public async Task Receive_IgnoresOtherMembers_WhenProvidersAddThem(string member)
    {
        await using var app = new WebhookApp();

        using var response = await app.PostAsync(Payment.Json()[..^1] + "," + member + "}");

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [Test]
    public async Task Receive_ReturnsAccepted_WhenBodyIsAsLargeAsAllowed()
    {
        await using var app = new WebhookApp();
        var body = Payment.Json();

        using var response = await app.PostAsync(body.PadRight(16_384));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [Test]
    public async Task Receive_ReturnsAccepted_WhenBodyStartsWithAByteOrderMarkAndNamesAreEscaped()
    {
        await using var app = new WebhookApp();
        using var content = new ByteArrayContent(
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Payment.Json().Replace("amount", "\\u0061mount", StringComparison.Ordinal))]);
        content.Headers.ContentType = new("application/json");

        using var response = await app.Client.PostAsync(WebhookApp.Webhooks, content);

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await app.GetStringAsync("/v1/transactions/txn_abc123def456")).Should().Contain("\"amount\":150.50");
    }

    [Test]
    public async Task Receive_MarksFailed_WhenTheExternalApiRefuses()
    {
        var api = new CountingExternalApi
        {
            OnCall = (id, _) => Task.FromResult<CallResult?>(id == "bad"
                ? Attempts.Result(AttemptOutcome.Rejected, "No such account.")
                : Attempts.Result()),
        };
        await using var app = new WebhookApp { ExternalApi = api };

        using var bad = await app.PostAsync(Payment.Json("bad"));
        using var good = await app.PostAsync(Payment.Json("good"));

        await app.WaitForStatusAsync("good", "PROCESSED");
        await app.WaitForStatusAsync("bad", "FAILED");
        (await app.GetStringAsync("/v1/transactions/bad")).Should().Contain("\"failure_reason\":\"No such account.\"");
    }

    [Test]
    public async Task Receive_LeavesTheRowToOthers_WhenProcessingIsOff()
    {
        var api = new CountingExternalApi();
        await using var app = new WebhookApp(("Processing:Enabled", "false")) { ExternalApi = api };

        using var response = await app.PostAsync(Payment.Json());

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await app.Store.ClaimAsync(ClaimPosition.Start, 10)).Ids().Should().Equal("txn_abc123def456");
        api.Calls.Should().BeEmpty();
    }
}
