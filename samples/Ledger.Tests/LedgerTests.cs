using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Domain.Handling;

namespace Ledger.Tests;

/// <summary>Tests of an application with the service in it: its own handler, and a fake one with a fake clock.</summary>
internal sealed class LedgerTests
{
    private static readonly object Payment = new
    {
        transaction_id = "txn_1",
        source_account = "acc_user_789",
        destination_account = "acc_merchant_456",
        amount = 150.50m,
        currency = "INR",
    };

    private string _directory = "";

    [SetUp]
    public void Create() => _directory = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Clean() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task Payment_IsBookedOnce_WhenItIsSentTwice()
    {
        await using var app = Start(_ => { });
        using var client = app.CreateClient();

        using var first = await client.PostAsJsonAsync("/v1/webhooks/transactions", Payment);
        using var second = await client.PostAsJsonAsync("/v1/webhooks/transactions", Payment);
        await UntilAsync(client, "PROCESSED");

        var balances = await client.GetFromJsonAsync<Balance[]>("/balances");
        Assert.That(balances!.Single().Hundredths, Is.EqualTo(15_050));
    }

    [Test]
    public async Task Payment_IsTriedAgain_WhenItsTimeHasCome()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var bank = new FakeHandler { Result = HandlerResult.Again("The bank is closed.", TimeSpan.FromMinutes(30)) };
        await using var app = Start(services =>
            services.AddSingleton<TimeProvider>(clock).AddSingleton(bank).AddTransactionHandler<FakeHandler>());
        using var client = app.CreateClient();

        using var accepted = await client.PostAsJsonAsync("/v1/webhooks/transactions", Payment);
        await UntilAsync(client, "\"attempts\":1");
        bank.Result = HandlerResult.Processed;
        await UntilAsync(client, "PROCESSED", () => clock.Advance(TimeSpan.FromMinutes(10)));

        Assert.That(bank.Attempts, Is.EqualTo((int[])[1, 2]));
    }

    private WebApplicationFactory<Program> Start(Action<IServiceCollection> replace)
    {
        using var plain = new WebApplicationFactory<Program>();
        return plain.WithWebHostBuilder(builder => builder
            .UseSetting("DATABASE_URL", $"sqlite:///{_directory}/webhooks.db")
            .UseSetting("LEDGER", $"Data Source={_directory}/ledger.db;Pooling=false")
            .ConfigureTestServices(replace));
    }

    private static async Task UntilAsync(HttpClient client, string text, Action? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await client.GetStringAsync("/v1/transactions/txn_1", patience.Token)).Contains(text, StringComparison.Ordinal))
        {
            meanwhile?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    private sealed class FakeHandler : ITransactionHandler
    {
        public HandlerResult Result { get; set; } = HandlerResult.Processed;

        public List<int> Attempts { get; } = [];

        public ValueTask<HandlerResult> HandleAsync(TransactionHandlerContext context, CancellationToken cancellationToken)
        {
            Attempts.Add(context.AttemptNumber);
            return ValueTask.FromResult(Result);
        }
    }
}
