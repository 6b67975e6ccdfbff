using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Metering;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Security;

internal sealed class RefusalsTests
{
    [Test]
    public void Add_LogsALineASecondForEachReason_AndCountsTheRest()
    {
        var clock = new FakeTimeProvider();
        using var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using var services = new ServiceCollection().AddMetrics().AddSingleton<WebhookMetrics>().BuildServiceProvider();
        var refusals = new Refusals(services.GetRequiredService<WebhookMetrics>(), clock, loggers.CreateLogger<Refusals>());

        for (var i = 0; i < 1_000; i++)
        {
            refusals.Add("Webhook", "Wrong", IPAddress.Parse("::ffff:203.0.113.9"));
        }

        refusals.Add("ApiKey", "no key", IPAddress.Parse("2001:db8::1"));
        clock.Advance(TimeSpan.FromSeconds(1));
        refusals.Add("Webhook", "Wrong", IPAddress.Parse("198.51.100.1"));

        logs.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Should().Equal(
            "Warning Request refused: Webhook, Wrong, from 203.0.113.9 (1 since the last such line).",
            "Warning Request refused: ApiKey, no key, from 2001:db8::1 (1 since the last such line).",
            "Warning Request refused: Webhook, Wrong, from 198.51.100.1 (1000 since the last such line).");
    }
}
