using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Domain.Handling;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Embedding;

/// <summary>The service within another application: both behave as if they were alone.</summary>
internal sealed class EmbeddedServiceTests
{
    private TempDirectory _directory = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _directory = new TempDirectory();
        _app = Build();
        await _app.StartAsync();
        _client = _app.GetTestClient();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Transaction_IsProcessedByTheHandler_AndAnsweredInTheContractsNames()
    {
        using var accepted = await _client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("txn")));
        await Eventually.HoldsAsync(
            async () => (await _client.GetStringAsync("/v1/transactions?limit=1")).Contains("\"status\":\"PROCESSED\"", StringComparison.Ordinal),
            "it is processed");

        accepted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await _client.GetStringAsync("/v1/stats")).Should().Contain("\"in_flight\":");
        (await _client.GetStringAsync("/dashboard/")).Should().Contain("<html");
    }

    [Test]
    public async Task Controllers_OfTheApplication_KeepTheirJsonTheirFormsAndTheirFaults()
    {
        using var form = new FormUrlEncodedContent([new KeyValuePair<string, string>("orderId", "7")]);

        using var posted = await _client.PostAsync("/v1/orders/form", form);
        using var found = await _client.GetAsync("/v1/orders/7?any=thing");
        var broken = () => _client.GetAsync("/v1/orders/broken");

        (await posted.Content.ReadAsStringAsync()).Should().Be("""{"orderId":"7"}""");
        (await found.Content.ReadAsStringAsync()).Should().Be("""{"orderId":"7"}""");
        found.Headers.Should().NotContain(header => header.Key == "Content-Security-Policy" || header.Key == "Cache-Control");
        await broken.Should().ThrowAsync<BadHttpRequestException>("the application has no exception handler");
    }

    [TestCase("GET", "/", 200, "mine")]
    [TestCase("GET", "/nothing", 404, "")]
    [TestCase("GET", "/metrics", 404, "")]
    [TestCase("GET", "/swagger/v1/swagger.json", 404, "")]
    public async Task Address_OfTheApplication_IsItsOwn(string method, string path, int status, string text)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _client.SendAsync(request);

        ((int)answer.StatusCode).Should().Be(status);
        (await answer.Content.ReadAsStringAsync()).Should().Be(text);
        answer.Headers.Should().NotContain(header => header.Key == "Content-Security-Policy");
    }

    [TestCase("/v1/transactions?no=such", 400, "is not a parameter of this call")]
    [TestCase("/v1/transactions/unknown/attempts", 404, "No transaction has this id.")]
    public async Task Address_OfTheService_AnswersWithItsProblems(string path, int status, string text)
    {
        using var answer = await _client.GetAsync(path);

        ((int)answer.StatusCode).Should().Be(status);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).Should().Contain(text);
        answer.Headers.Should().Contain(header => header.Key == "Content-Security-Policy");
    }

    [Test]
    public async Task Transaction_OfAForm_IsNotTheOneThatIsRetried()
    {
        using var form = new FormUrlEncodedContent([new KeyValuePair<string, string>("transactionId", "other")]);

        using var answer = await _client.PostAsync("/v1/transactions/unknown/retry", form);

        answer.StatusCode.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Test]
    public void Document_OfTheApplication_HasOnlyItsOwnCalls() =>
        _app.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items
            .SelectMany(group => group.Items).Select(call => call.RelativePath).Should().BeEquivalentTo("v1/orders/{id}", "v1/orders/form");

    [Test]
    public void Start_SaysWhatIsMissing_WhenAnonymousAccessIsNotIntended()
    {
        var start = () => Build(isAnonymous: false);

        start.Should().Throw<Exception>().WithMessage("*Security__WebhookSecrets__0*");
    }

    private WebApplication Build(bool isAnonymous = true)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = _directory.DatabaseUrl,
            ["Security:AllowAnonymous"] = $"{isAnonymous}",
        });
        builder.AddTransactionWebhooks();
        builder.Services.AddTransactionHandler<Handler>();
        builder.Services.AddControllers().AddApplicationPart(typeof(OrdersController).Assembly);
        var app = builder.Build();
        app.MapTransactionWebhooks();
        app.MapControllers();
        app.MapGet("/", () => "mine");
        return app;
    }

    private sealed class Handler : ITransactionHandler
    {
        public ValueTask<HandlerResult> HandleAsync(TransactionHandlerContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(HandlerResult.Processed);
    }
}
