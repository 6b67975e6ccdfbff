using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Telemetry;

[Category("Long")]
internal sealed class ServiceLogTests
{
    private static readonly string[] Members = ["Timestamp", "EventId", "LogLevel", "Category", "Message"];

    [Test]
    public async Task Log_IsOneJsonObjectALine_AndDoesNotGrowWithTheTransactions_InProduction()
    {
        var (before, after) = await LogOfAsync("production");

        foreach (var line in before.Concat(after))
        {
            using var entry = JsonDocument.Parse(line);
            entry.RootElement.EnumerateObject().Select(member => member.Name).Should().Contain(Members);
            entry.RootElement.GetProperty("Timestamp").GetDateTimeOffset().Offset.Should().Be(TimeSpan.Zero);
        }

        before.Should().NotBeEmpty();
        after.Length.Should().BeLessThan(10, "a line for each transaction would cost more than the transaction");
    }

    [Test]
    public async Task Log_IsForPeople_InDevelopment()
    {
        var (before, _) = await LogOfAsync("local");

        before.Should().Contain(line => line.StartsWith("warn: ", StringComparison.Ordinal));
    }

    // What was logged until it was ready, and what followed with 200 transactions and the stop.
    private static async Task<(string[] Before, string[] After)> LogOfAsync(string environment)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("ENVIRONMENT", environment), ("Processing__Delay", "00:00:00"));
        var before = Lines(service);
        await new Load(service.Client, "log").PostAsync(200);
        await service.TerminateAsync();
        return (before, Lines(service)[before.Length..]);
    }

    private static string[] Lines(ServiceProcess service) =>
        service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
