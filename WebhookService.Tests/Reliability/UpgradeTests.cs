using System.Text.Json;
using FluentAssertions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Reliability;

/// <summary>Serves the database of each earlier version that was killed with work in flight.</summary>
[Category("Long")]
internal sealed class UpgradeTests
{
    [TestCase("Initial")]
    [TestCase("TimesAsMicroseconds")]
    [TestCase("Attempts")]
    [TestCase("Claim")]
    public async Task Service_ResumesWhereAnEarlierVersionWasKilled_OnSqlite(string migration)
    {
        using var directory = new TempDirectory();
        var old = new OldDatabase(IsOnServer: false, migration);
        await using (var db = new SqliteWebhookDbContext(new DbContextOptionsBuilder<SqliteWebhookDbContext>()
            .UseSqlite($"Data Source={directory.Database};Pooling=False").Options))
        {
            await db.GetService<IMigrator>().MigrateAsync(migration);
        }

        DatabaseFile.Execute(directory, string.Join(';', old.Statements()));

        await UpgradeAsync(old, directory, directory.DatabaseUrl);

        (await ServiceProcess.RunAsync(["check"], directory)).Should().Be((0, "ok\n"));
    }

    [TestCase("Initial")]
    [TestCase("Attempts")]
    [TestCase("Claim")]
    public async Task Service_ResumesWhereAnEarlierVersionWasKilled_OnPostgreSql(string migration)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();
        var old = new OldDatabase(IsOnServer: true, migration);
        await using (var db = new PostgreSqlWebhookDbContext(new DbContextOptionsBuilder<PostgreSqlWebhookDbContext>()
            .UseNpgsql(DatabaseTarget.Parse(database.Url).Address).Options))
        {
            await db.GetService<IMigrator>().MigrateAsync(migration);
        }

        await database.ExecuteAsync(string.Join(';', old.Statements()));

        await UpgradeAsync(old, directory, database.Url);
    }

    private static async Task UpgradeAsync(OldDatabase old, TempDirectory directory, string url)
    {
        await using var counter = await CallCounter.StartAsync();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, [("DATABASE_URL", url), ("Processing__Delay", "00:00:00.050"), .. counter.Settings()]);
        await Eventually.HoldsAsync(
            async () => await CountAsync(service, "processing") == 0, "the work in flight is complete");

        counter.Calls.Select(call => call.Id).Should().BeEquivalentTo(old.Unfinished, "exactly the unfinished rows have one call each");
        await CheckRowsAsync(service, old);
        await CheckRepeatsAsync(service, old);
        await CheckRetryAsync(service, old);
        (await service.TerminateAsync()).Should().Be(0);
    }

    private static async Task CheckRowsAsync(ServiceProcess service, OldDatabase old)
    {
        foreach (var id in old.All)
        {
            var row = await GetAsync(service, $"/v1/transactions/{id}");
            Text(row, "status").Should().Be(OldDatabase.Failed.Contains(id) ? "FAILED" : "PROCESSED", id);
            Text(row, "created_at").Should().Be(old.CreatedAt(id));
            Text(row, "failure_reason").Should().Be(OldDatabase.Failed.Contains(id) ? "refused" : null);
            row.GetProperty("amount").GetRawText().Should().Be("150.50");
            row.GetProperty("attempts").GetInt32().Should().Be(id.StartsWith("waiting", StringComparison.Ordinal) ? 2 : 1, id);
        }

        (await CountAsync(service, "processed")).Should().Be(OldDatabase.Processed.Count() + old.Unfinished.Count());
        (await CountAsync(service, "failed")).Should().Be(OldDatabase.Failed.Count());
    }

    private static async Task CheckRepeatsAsync(ServiceProcess service, OldDatabase old)
    {
        string[] repeated = [old.Unfinished.First(), OldDatabase.Processed.First(), OldDatabase.Failed.First()];
        foreach (var id in repeated)
        {
            (await PostAsync(service, Payment.Json(id))).Should().Contain("\"duplicate\":true").And.NotContain("conflict");
        }

        (await PostAsync(service, Payment.Json(repeated[1], amount: "7.00"))).Should().Contain("\"conflict\":true");
        (await PostAsync(service, Payment.Json("new"))).Should().Contain("\"duplicate\":false");
        var conflicts = await GetAsync(service, $"/v1/transactions/{repeated[1]}/conflicts");
        conflicts.EnumerateArray().Should().ContainSingle().Which.GetProperty("times").GetInt32()
            .Should().Be(old.HasAttempts ? 2 : 1, "the attempt of the earlier version is kept");
    }

    private static async Task CheckRetryAsync(ServiceProcess service, OldDatabase old)
    {
        using var retry = await service.Client.PostAsync($"/v1/transactions/{OldDatabase.Failed.First()}/retry", null);
        ((int)retry.StatusCode).Should().Be(202);
        await Eventually.HoldsAsync(
            async () => Text(await GetAsync(service, $"/v1/transactions/{OldDatabase.Failed.First()}"), "status") == "PROCESSED",
            "transactions that failed before can be retried");
    }

    private static async Task<string> PostAsync(ServiceProcess service, string body)
    {
        using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(body));
        ((int)answer.StatusCode).Should().Be(202);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<long> CountAsync(ServiceProcess service, string name) =>
        (await GetAsync(service, "/v1/stats")).GetProperty(name).GetInt64();

    private static async Task<JsonElement> GetAsync(ServiceProcess service, string path)
    {
        using var json = JsonDocument.Parse(await service.Client.GetStringAsync(path));
        return json.RootElement.Clone();
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
