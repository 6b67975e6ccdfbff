using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using WebhookService.Api.Dashboard;
using WebhookService.Api.Hosting;
using WebhookService.Api.Security;

namespace WebhookService.Api.Demo;

/// <summary>
/// Payment providers that post new transactions, duplicates and, rarely, conflicts, in this service's own format and in
/// those of two providers.
/// </summary>
internal sealed class DemoLoad(Uri service, TimeProvider clock, CancellationToken stopping)
{
    private const int PerSecond = 20;
    private const int RepeatEvery = 17;
    private const int ConflictEvery = 211;
    private const int StripeEvery = 5;
    private const int RazorpayEvery = 7;

    private static readonly string[] Currencies = ["INR", "EUR", "USD", "GBP", "AED"];

    /// <summary>Posts from the moment the service listens until it stops.</summary>
    /// <exception cref="SettingException">The service accepts signed requests only.</exception>
    public static void StartWith(WebApplication app)
    {
        if (!app.Services.GetRequiredService<AnonymousAccess>().IsAllowed(Access.Send))
        {
            throw new SettingException("The demo does not sign its requests: unset Security__WebhookSecrets__0.");
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var address = new Uri(LocalAddress(app));
            Console.WriteLine($"The dashboard: {new Uri(address, DashboardPage.Path)} - Ctrl+C ends the demo.");
            var clock = app.Services.GetRequiredService<TimeProvider>();
            _ = new DemoLoad(address, clock, app.Lifetime.ApplicationStopping).PostAsync();
        });
    }

    // The service listens on all addresses; a browser needs a specific one.
    private static string LocalAddress(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .First();
        return address.Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
    }

    private async Task PostAsync()
    {
        using var client = new HttpClient { BaseAddress = service };
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1) / PerSecond, clock);
        var last = NewPayment();
        for (var i = 1; !stopping.IsCancellationRequested; i++)
        {
            last = i % ConflictEvery == 0 ? last with { Amount = last.Amount + 1 }
                : i % RepeatEvery == 0 ? last
                : NewPayment();
            try
            {
                using var request = NewRequest(i, last);
                using var answer = await client.SendAsync(request, stopping);
                await ticks.WaitForNextTickAsync(stopping);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // The service is stopping or out of connections: a provider would retry, and so does the next round.
            }
        }
    }

    private HttpRequestMessage NewRequest(int i, Payment payment) =>
        i % StripeEvery == 0 ? DemoProvider.Stripe(payment.Id, payment.Amount, clock.GetUtcNow())
        : i % RazorpayEvery == 0 ? DemoProvider.Razorpay(payment.Id, payment.Amount, clock.GetUtcNow())
        : new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/webhooks/transactions", UriKind.Relative))
        {
            Content = new StringContent(payment.ToJson(), Encoding.UTF8, "application/json"),
        };

    private static Payment NewPayment() => new(
        $"txn_{Convert.ToHexStringLower(Guid.CreateVersion7().ToByteArray(bigEndian: true)).AsSpan(0, 20)}",
        $"acc_user_{Random.Shared.Next(100, 400)}",
        $"acc_merchant_{Random.Shared.Next(10, 40)}",
        Random.Shared.Next(100, 5_000_000),
        Currencies[Random.Shared.Next(Currencies.Length)]);

    private sealed record Payment(string Id, string Source, string Destination, int Amount, string Currency)
    {
        public string ToJson() => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"transaction_id":"{{Id}}","source_account":"{{Source}}","destination_account":"{{Destination}}",
            "amount":{{Amount / 100m:F2}},"currency":"{{Currency}}"}
            """);
    }
}
