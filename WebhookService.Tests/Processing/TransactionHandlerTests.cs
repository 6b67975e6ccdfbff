using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Domain;
using WebhookService.Domain.Handling;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Webhooks;

namespace WebhookService.Tests.Processing;

/// <summary>The whole service with a handler of the application.</summary>
internal sealed class TransactionHandlerTests
{
    private static readonly HandlerResult Down = HandlerResult.Again("The bank is closed.");

    private readonly Script _script = new();

    [Test]
    public async Task Handler_GetsTheTransactionAndTheNumberOfTheAttempt()
    {
        _script.Answer = (context, _) => Task.FromResult(context.AttemptNumber < 3 ? Down : HandlerResult.Processed);
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        _script.Calls.Select(call => call.AttemptNumber).Should().Equal(1, 2, 3);
        var context = _script.Calls.First();
        context.IdempotencyKey.Should().Be("txn");
        context.Source.Should().Be(SourceEvent.PlainSource);
        context.Event.Should().BeNull();
        context.Transaction.Amount.ToString(CultureInfo.InvariantCulture).Should().Be("150.50");
        (await OutcomesAsync(app)).Should().Equal("FAULTED The bank is closed.", "FAULTED The bank is closed.", "SUCCEEDED ");
    }

    [Test]
    public async Task Handler_GetsTheEventWithItsPayload_WhenAProviderSentIt()
    {
        var body = SignedBodies.StripePayment("pi_1");
        await using var app = App(("Sources:stripe:Provider", "stripe"), ("Sources:stripe:Secrets:0", SignedBodies.StripeSecret));

        using var accepted = await app.Client.SendAsync(SignedBodies.Stripe(body, TimeProvider.System.GetUtcNow()));
        await Eventually.HoldsAsync(() => !_script.Calls.IsEmpty, "the handler is called");

        var context = _script.Calls.Single();
        context.Source.Should().Be("stripe");
        context.Event!.Type.Should().Be("payment_intent.succeeded");
        Encoding.UTF8.GetString(context.Event.Payload!.Body.Span).Should().Be(body);
    }

    [Test]
    public async Task Transaction_Fails_WithTheHandlersReason()
    {
        _script.Answer = (_, _) => Task.FromResult(HandlerResult.Failed("Blocked\nby \0compliance."));
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "FAILED");

        (await app.GetStringAsync("/v1/transactions/txn")).Should().Contain("\"failure_reason\":\"Blocked by  compliance.\"");
        _script.Calls.Should().ContainSingle("a failure is final");
    }

    [Test]
    public async Task Transaction_IsTriedAgain_WhenTheHandlerThrows()
    {
        _script.Answer = (context, _) => context.AttemptNumber == 1
            ? throw new InvalidOperationException("No such account.")
            : Task.FromResult(HandlerResult.Processed);
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        (await OutcomesAsync(app)).Should().Equal("FAULTED InvalidOperationException: No such account.", "SUCCEEDED ");
        app.Logs.Text.Should().Contain("The handler threw for transaction txn").And.Contain("No such account.");
    }

    [Test]
    public async Task Transaction_IsTriedAgain_WhenTheHandlerExceedsTheTimeout()
    {
        _script.Answer = async (context, token) =>
        {
            if (context.AttemptNumber == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }

            return HandlerResult.Processed;
        };
        await using var app = App(("ExternalApi:Timeout", "00:00:00.2"));

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        (await OutcomesAsync(app)).Should().Equal("FAULTED No answer within 0.2 s.", "SUCCEEDED ");
    }

    [Test]
    public async Task Transaction_WaitsAsLongAsTheHandlerAsked()
    {
        _script.Answer = (_, _) => Task.FromResult(HandlerResult.Again("Not settled yet.", TimeSpan.FromMinutes(30)));
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await Eventually.HoldsAsync(
            async () => (await app.GetStringAsync("/v1/transactions/txn")).Contains("\"attempts\":1", StringComparison.Ordinal), "it was called");

        var transaction = JsonSerializer.Deserialize<JsonElement>(await app.GetStringAsync("/v1/transactions/txn"));
        (transaction.GetProperty("next_attempt_at").GetDateTimeOffset() - TimeProvider.System.GetUtcNow())
            .Should().BeCloseTo(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Breaker_OpensForFaults_AndNotForTransactionsThatWaitOnPurpose(bool isFault)
    {
        _script.Answer = (_, _) => Task.FromResult(isFault ? Down : HandlerResult.Again("Not yet.", TimeSpan.FromHours(1)));
        await using var app = App(("ExternalApi:BreakMinimumCalls", "2"), ("ExternalApi:BackoffBase", "00:00:00.05"));
        for (var i = 0; i < 10; i++)
        {
            using var accepted = await app.PostAsync(Payment.Json($"txn_{i}"));
        }

        if (isFault)
        {
            await Eventually.HoldsAsync(
                async () => (await app.GetStringAsync("/v1/stats")).Contains("\"paused\":true", StringComparison.Ordinal), "calls are paused");
        }
        else
        {
            await Eventually.HoldsAsync(() => _script.Calls.Count == 10, "each is called");
            (await app.GetStringAsync("/v1/stats")).Should().Contain("\"paused\":false");
        }
    }

    [Test]
    public async Task Handler_HasAScopeOfItsOwn_ForEachAttempt()
    {
        _script.Answer = (context, _) => Task.FromResult(context.AttemptNumber == 1 ? Down : HandlerResult.Processed);
        await using var app = App();

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        _script.Scopes.Should().HaveCount(2).And.OnlyContain(scope => scope.IsDisposed);
    }

    [Test]
    public async Task Handler_OfTheApplication_TakesPrecedenceOverTheAddress()
    {
        await using var app = App(("ExternalApi:Url", "http://localhost:9/"));

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "PROCESSED");

        _script.Calls.Should().ContainSingle();
    }

    [Test]
    public async Task Client_OfTheAddress_TakesAHandlerOfTheApplication()
    {
        await using var app = new WebhookApp(("ExternalApi:Url", "http://bank.invalid/payments"))
        {
            AddServices = services => services.AddHttpClient(ExternalApiHttpClient.Name)
                .ConfigurePrimaryHttpMessageHandler(() => new FakeBank()),
        };

        using var accepted = await app.PostAsync(Payment.Json("txn"));
        await app.WaitForStatusAsync("txn", "FAILED");

        (await app.GetStringAsync("/v1/transactions/txn")).Should().Contain("418").And.Contain("Idempotency-Key: txn");
    }

    private WebhookApp App(params (string Key, string Value)[] settings) =>
        new([("ExternalApi:BackoffBase", "00:00:00.01"), ("ExternalApi:BackoffMax", "00:00:00.02"), .. settings])
        {
            AddServices = services => services.AddSingleton(_script).AddScoped<Scope>().AddTransactionHandler<ScriptedHandler>(),
        };

    private static async Task<string[]> OutcomesAsync(WebhookApp app) =>
    [
        .. JsonSerializer.Deserialize<JsonElement[]>(await app.GetStringAsync("/v1/transactions/txn/attempts"))!
            .Select(attempt => $"{attempt.GetProperty("outcome")} {attempt.GetProperty("detail")}"),
    ];

    private sealed class Script
    {
        public Func<TransactionHandlerContext, CancellationToken, Task<HandlerResult>> Answer { get; set; } =
            (_, _) => Task.FromResult(HandlerResult.Processed);

        public ConcurrentQueue<TransactionHandlerContext> Calls { get; } = [];

        public ConcurrentQueue<Scope> Scopes { get; } = [];
    }

    private sealed class Scope : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class ScriptedHandler(Script script, Scope scope) : ITransactionHandler
    {
        public async ValueTask<HandlerResult> HandleAsync(TransactionHandlerContext context, CancellationToken cancellationToken)
        {
            script.Calls.Enqueue(context);
            script.Scopes.Enqueue(scope);
            return await script.Answer(context, cancellationToken);
        }
    }

    private sealed class FakeBank : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((System.Net.HttpStatusCode)418)
            {
                Content = new StringContent($"Idempotency-Key: {request.Headers.GetValues("Idempotency-Key").Single()}"),
            });
    }
}
