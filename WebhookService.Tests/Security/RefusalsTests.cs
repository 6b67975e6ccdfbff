using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Metering;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Security;

public sealed class RefusalsTests
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
            refusals.Add("Webhook", "Wrong");
        }

        refusals.Add("ApiKey", "no key");
        clock.Advance(TimeSpan.FromSeconds(1));
        refusals.Add("Webhook", "Wrong");

        logs.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Should().Equal(
            "Warning Request refused: Webhook, Wrong (1 since the last such line).",
            "Warning Request refused: ApiKey, no key (1 since the last such line).",
            "Warning Request refused: Webhook, Wrong (1000 since the last such line).");
    }
}
