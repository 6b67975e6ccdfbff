using System.Net;
using System.Text.Json;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using WebhookService.Api.Transactions;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

internal sealed class ExportTests
{
    [Test]
    public async Task Csv_HasAHeader_AndIsSafeInASpreadsheet()
    {
        await using var app = new WebhookApp();
        await PostAsync(app, "txn_1", "=1+1", "a \"quoted\", account");
        await PostAsync(app, "-2", "@sum", "+49");

        using var answer = await app.Client.GetAsync("/v1/transactions/export?format=csv");
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8; header=present");
        answer.Content.Headers.ContentDisposition!.FileName!.Trim('"').Should().Be("transactions.csv");
        lines.Should().HaveCount(4).And.EndWith("");
        lines[0].Should().StartWith("transaction_id,source_account,destination_account,amount,currency,status,created_at,");
        lines[1].Should().MatchRegex("^'-2,'@sum,'\\+49,150\\.50,INR,PROCESS(ING|ED),20[0-9T:.-]+Z,.*,transactions,,,$");
        lines[2].Should().StartWith("txn_1,'=1+1,\"a \"\"quoted\"\", account\",150.50,INR,");
        lines[1].Split(',').Should().HaveCount(lines[0].Split(',').Length);
    }

    [Test]
    public async Task Lines_AreTheTransactionsOfTheList_PageAfterPage()
    {
        await using var app = new WebhookApp();
        for (var i = 0; i < 450; i++)
        {
            await PostAsync(app, $"txn_{i}", i % 2 == 0 ? "even" : "odd", "b");
        }

        await app.WaitForStatusAsync("txn_449", "PROCESSED");
        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/transactions?status=PROCESSING")) == "[]", "all are processed");

        using var all = await app.Client.GetAsync("/v1/transactions/export?format=jsonl");
        var even = await app.GetStringAsync("/v1/transactions/export?format=jsonl&source_account=even&status=PROCESSED");

        all.Content.Headers.ContentType!.ToString().Should().Be("application/x-ndjson");
        var lines = (await all.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        lines.Select(Id).Should().Equal(Enumerable.Range(0, 450).Reverse().Select(i => $"txn_{i}"));
        lines[0].Should().Be(await app.GetStringAsync("/v1/transactions/txn_449"));
        even.TrimEnd('\n').Split('\n').Select(Id).Should().Equal(
            Enumerable.Range(0, 225).Reverse().Select(i => $"txn_{2 * i}"));
    }

    [TestCase("", "format")]
    [TestCase("?format=xml", "format")]
    [TestCase("?format=csv&status=NEW", "status")]
    [TestCase("?format=csv&limit=5", "limit")]
    public async Task Export_RefusesAParameterThatBreaksARule_AndNamesIt(string query, string parameter)
    {
        await using var app = new WebhookApp();

        using var answer = await app.Client.GetAsync("/v1/transactions/export" + query);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("errors").EnumerateObject()
            .Should().ContainSingle().Which.Name.Should().Be(parameter);
    }

    [Test]
    public async Task Export_IsUnavailable_WhenTheStoreCannotBeRead()
    {
        await using var app = new WebhookApp { Reader = new SwitchedReader { Off = SwitchedReader.List } };

        using var answer = await app.Client.GetAsync("/v1/transactions/export?format=csv");

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [Test]
    public async Task Export_IsAborted_WhenTheStoreFailsAfterTheFirstPage()
    {
        var request = new Lifetime();
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Features.Set<IHttpRequestLifetimeFeature>(request);
        var controller = new ExportController(new OnePageReader(), NullLogger<ExportController>.Instance)
        {
            ControllerContext = new ControllerContext { HttpContext = context },
        };

        await controller.Export(new ExportParameters { Format = "csv" }, CancellationToken.None);

        context.Response.Body.Length.Should().BePositive("the first page is sent");
        request.IsAborted.Should().BeTrue("an end would look complete");
    }

    private static string? Id(string line) => JsonDocument.Parse(line).RootElement.GetProperty("transaction_id").GetString();

    private static async Task PostAsync(WebhookApp app, string id, string source, string destination)
    {
        using var answer = await app.PostAsync(Payment.Json(id, source, destination));
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    private sealed class OnePageReader : SwitchedReader
    {
        private int _pages;

        public override Task<IReadOnlyList<Transaction>> ListAsync(TransactionQuery query, CancellationToken cancellationToken) =>
            _pages++ == 0
                ? Task.FromResult<IReadOnlyList<Transaction>>([.. Enumerable.Range(0, query.Limit + 1).Select(i => Transaction.Receive(
                    $"txn_{i}", "a", "b", 1m, "INR", ObservableTimeProvider.Origin))])
                : Task.FromException<IReadOnlyList<Transaction>>(Fault);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }
}
