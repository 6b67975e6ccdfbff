using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Webhooks;

namespace WebhookService.Tests.Reliability;

/// <summary>
/// Four providers post payments, types that are not taken and bodies that cannot be understood, while the service is
/// killed with kill -9, WEBHOOK_TEST_KILLS times (default 3).
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed class SourceCrashTests
{
    private const int Connections = 8;

    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private readonly ConcurrentDictionary<string, string> _accepted = new();
    private readonly ConcurrentBag<string> _quarantined = [];
    private int _ignored;
    private int _next;

    [Test]
    public async Task Service_KeepsEveryVerifiedEvent_WhenKilledUnderMixedLoad()
    {
        const int seed = 20260116;
        var random = new Random(seed);
        using var directory = new TempDirectory();
        for (var round = 0; round < Kills; round++)
        {
            await using var service = await StartAsync(directory);
            var posting = Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => PostAsync(service.Client))));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1_000)), TimeProvider.System, CancellationToken.None);
            await service.KillAsync();
            await posting;
        }

        await using var last = await StartAsync(directory);
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status = 'PROCESSING'") == 0, $"all are processed (seed {seed})");
        var stored = DatabaseFile.Strings(directory, """
            SELECT t.transaction_id || ' ' || lower(hex(e.body)) FROM transactions AS t JOIN events AS e ON e.sequence = t.sequence
            """).ToDictionary(row => row.Split(' ')[0], row => row.Split(' ')[1]);
        var kept = DatabaseFile.Strings(directory, "SELECT lower(hex(body)) FROM quarantine").ToHashSet();

        TestContext.Out.WriteLine(
            $"{Kills} kills, {_next} sent, {_accepted.Count} accepted, {_quarantined.Count} quarantined, {_ignored} ignored; "
            + $"{stored.Count} stored, {kept.Count} in quarantine");
        _accepted.Should().NotBeEmpty();
        _quarantined.Should().NotBeEmpty();
        _ignored.Should().BePositive();
        foreach (var (id, body) in _accepted)
        {
            stored.Should().ContainKey(id, "it was answered with success (seed {0})", seed);
            stored[id].Should().Be(body, "its payload is kept byte for byte");
        }

        _quarantined.Where(body => !kept.Contains(body)).Should().BeEmpty("each was answered with success (seed {0})", seed);
        DatabaseFile.Count(directory, "attempts <> 1").Should().Be(0, "each row had one terminal transition");
    }

    private static Task<ServiceProcess> StartAsync(TempDirectory directory) => ServiceProcess.StartReadyAsync(
        directory,
        [
            .. SignedBodies.Settings,
            ("Sources__paystack__Provider", "paystack"),
            ("Sources__paystack__Secrets__0", SignedBodies.RazorpaySecret),
            ("Processing__Delay", "00:00:00.010"),
            ("Quarantine__MaxRows", "1000000"),
        ]);

    private async Task PostAsync(HttpClient client)
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _next);
            var (request, body) = Create(number);
            try
            {
                using (request)
                using (var response = await client.SendAsync(request))
                {
                    Note(JsonNode.Parse(await response.Content.ReadAsStringAsync())!, body);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // The service was killed during the request: nothing was promised for this event.
                return;
            }
        }
    }

    private static (HttpRequestMessage Request, string Body) Create(int number)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = (number % 4, number % 10) switch
        {
            (0, 0) => SignedBodies.StripePayment($"pi_{number}", type: "customer.updated"),
            (0, _) => SignedBodies.StripePayment($"pi_{number}"),
            (1, 1) => $"no JSON {number}",
            (1, _) => $$$"""{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_{{{number}}}","amount":100,"currency":"INR"} } } }""",
            (2, _) => SignedBodies.AdyenCaptures(($"A{number}", "1000", "EUR"), ($"B{number}", "2000", "EUR")),
            (_, 3) => $$$"""{"event":"charge.success","data":{"id":{{{number}}},"amount":1}}""",
            _ => $$$"""{"event":"charge.success","data":{"id":{{{number}}},"status":"success","reference":"r{{{number}}}","amount":10000,"currency":"NGN"}}""",
        };
        return (number % 4) switch
        {
            0 => (SignedBodies.Stripe(body, now), body),
            1 => (SignedBodies.Razorpay(body), body),
            2 => (SignedBodies.Post("adyen", body), body),
            _ => (SignedBodies.Post("paystack", body, ("x-paystack-signature", Convert.ToHexStringLower(HMACSHA512.HashData(
                Encoding.UTF8.GetBytes(SignedBodies.RazorpaySecret), Encoding.UTF8.GetBytes(body))))), body),
        };
    }

    private void Note(JsonNode answer, string body)
    {
        var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(body));
        foreach (var happened in answer["events"]?.AsArray() ?? [answer.DeepClone()])
        {
            switch (happened!["message"]?.GetValue<string>())
            {
                case "accepted" or "duplicate":
                    _accepted[happened["transaction_id"]!.GetValue<string>()] = bytes;
                    break;
                case "quarantined":
                    _quarantined.Add(bytes);
                    break;
                case "ignored":
                    Interlocked.Increment(ref _ignored);
                    break;
                default:
                    // A 503 promises nothing.
                    answer["status"]!.GetValue<int>().Should().Be(503);
                    break;
            }
        }
    }
}
