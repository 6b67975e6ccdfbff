using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

internal sealed class RateLimitsTests
{
    // So many in a row are more than two and one a second, however slow the machine is.
    private const int TooMany = 20;

    private static readonly (string, string)[] Few = [("Limits__RequestsPerSecond", "1"), ("Limits__Burst", "2")];

    [Test]
    public async Task Request_IsAnswered429_WhenItsAddressHasAskedTooOften()
    {
        await using var app = new WebhookApp(Few);
        var answers = await Task.WhenAll(Enumerable.Range(0, TooMany).Select(i => app.PostAsync(Payment.Json($"txn_{i}"))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted).Should().BeGreaterThanOrEqualTo(2);
        using var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.Accepted);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        refused.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await app.Client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK, "probes are not counted");
        (await app.Client.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.OK);
        app.Logs.Text.Should().Contain("Limits, rate");
    }

    [Test]
    public async Task Request_IsCountedForItsKey_AndWithAWrongKeyForItsAddress()
    {
        await using var app = new WebhookApp([.. TestSecrets.Settings, .. Few]);

        (await GetAsync(app, _ => TestSecrets.ReadKey)).Should().Contain(200).And.Contain(429);
        (await GetAsync(app, _ => TestSecrets.OperateKey)).First().Should().Be(200, "each key has its own count");
        (await GetAsync(app, i => $"made up {i}")).Should().Contain(401).And.Contain(429, "they have the count of their address");
    }

    [TestCase("10.1.2.3", "10.1.2.3, 203.0.113.7", true)]
    [TestCase("10.1.2.3", "203.0.113.7, 10.9.9.9", true)]
    [TestCase("198.51.100.1", "203.0.113.{0}", true)]
    [TestCase("127.0.0.1", "203.0.113.{0}", true)]
    [TestCase("10.1.2.3", "203.0.113.{0}", false)]
    [TestCase("2001:db8:1:2::{0}", "", true)]
    [TestCase("2001:db8:1:{0}::1", "", false)]
    [TestCase("::ffff:198.51.100.{0}", "", false)]
    public async Task Address_IsTheOneThatAKnownProxyNames(string peer, string forwarded, bool isOne)
    {
        await using var app = new WebhookApp([.. Few, ("Security__KnownProxies__0", "10.0.0.0/8"), ("Security__KnownProxies__1", "::1")]);
        var caller = 0;
        await using var behind = app.WithWebHostBuilder(host => host.ConfigureServices(services =>
            services.AddTransient<IStartupFilter>(_ => new PeerAddress(() => string.Format(null, peer, caller)))));
        using var client = behind.CreateClient();

        List<int> statuses = [];
        while (caller++ < TooMany)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stats");
            request.Headers.Add("X-Forwarded-For", string.Format(null, forwarded, caller));
            using var response = await client.SendAsync(request);
            statuses.Add((int)response.StatusCode);
        }

        statuses.Contains(429).Should().Be(isOne);
    }

    [Test]
    public async Task Request_IsAnswered503_WhenTooManyRunAtOnce_AndWebhooksAndProbesAreNot()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("Limits__MaxConcurrentRequests", "1"), ("Intake__Deadline", "00:00:00.450"));
        var stop = new CancellationTokenSource();
        var load = new Load(service.Client, "beside");

        var lists = Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            List<HttpStatusCode> statuses = [];
            for (var i = 0; i < 50; i++)
            {
                using var response = await service.Client.GetAsync("/v1/transactions");
                statuses.Add(response.StatusCode);
            }

            return statuses;
        }));
        var posting = load.PostUntilAsync(stop.Token, connections: 2);
        var answers = (await Task.WhenAll(lists)).SelectMany(statuses => statuses).ToArray();
        (await service.Client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        await stop.CancelAsync();
        await posting;

        answers.Distinct().Should().BeEquivalentTo([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]);
        load.Refused.Should().BeEmpty();
    }

    private static async Task<int[]> GetAsync(WebhookApp app, Func<int, string> key)
    {
        var statuses = new int[TooMany];
        for (var i = 0; i < TooMany; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stats");
            request.Headers.TryAddWithoutValidation("X-Api-Key", key(i));
            using var response = await app.Client.SendAsync(request);
            statuses[i] = (int)response.StatusCode;
        }

        return statuses;
    }

    /// <summary>Gives requests the address of a peer, which the in-memory server leaves empty.</summary>
    private sealed class PeerAddress(Func<string> address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(after => context =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(address());
                return after(context);
            });
            next(app);
        };
    }
}
