using System.Net;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>Faults of the inbox file while the server behind it is away or available.</summary>
[Category("Long")]
internal sealed class InboxFileTests
{
    private const string Nobody = "postgresql://u@127.0.0.1:9/none";

    private readonly TempDirectory _directory = new();

    private string Inbox => Path.Combine(_directory.Path, "inbox", "inbox.db");

    [SetUp]
    public void SetUp() => Directory.CreateDirectory(Path.GetDirectoryName(Inbox)!);

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase("amount = 'abc'")]
    [TestCase("source_account = ''")]
    [TestCase("currency = '???'")]
    public async Task Service_QuarantinesARow_AndDeliversTheOthers_WhenItCannotBeRead(string damage)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using (var first = await ServiceProcess.StartReadyAsync(_directory, Settings(Nobody)))
        {
            await PostAsync(first, 5);
            await first.KillAsync();
        }

        Execute($"UPDATE inbox SET {damage} WHERE transaction_id = 'txn_0'");

        await using var second = await ServiceProcess.StartReadyAsync(_directory, Settings(database.Url));
        await Eventually.HoldsAsync(
            async () => await second.IsReadyAsync() && Strings("SELECT transaction_id FROM inbox").Length == 0, "the inbox is empty");

        (await database.QueryAsync("SELECT transaction_id FROM transactions ORDER BY 1")).Should().Equal("txn_1", "txn_2", "txn_3", "txn_4");
        Strings("SELECT transaction_id FROM quarantine").Should().Equal("txn_0");
        second.Complaints(LogLevel.Error).Should().ContainSingle(line => line.Contains("txn_0", StringComparison.Ordinal));
        (await second.Client.GetAsync("/v1/transactions/txn_0")).StatusCode.Should().Be(
            HttpStatusCode.ServiceUnavailable, "the row was accepted, but cannot be read");
        (await second.TerminateAsync()).Should().Be(0);
    }

    [Test]
    public async Task Service_EndsInAnOrderlyWay_WhenThePathOfTheInboxIsGone()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, Settings(Nobody));
        await PostAsync(service, 1);
        Directory.Move(Path.GetDirectoryName(Inbox)!, Path.Combine(_directory.Path, "elsewhere"));
        var load = new Load(service.Client, "gone");

        await load.PostAsync(2_000, connections: 4);

        (await service.WaitForExitAsync()).Should().Be(1);
        load.Accepted.Should().BeEmpty("a restart would not find it");
        service.Output.Should().Contain(Inbox).And.NotContain("Unhandled exception");
    }

    [Test]
    public async Task Service_StartsAndSaysWhatItHas_WhenTheDiskOfTheInboxIsFull()
    {
        if (!Strace.IsInstalled)
        {
            Assert.Ignore("strace is not installed.");
        }

        await using (var first = await ServiceProcess.StartReadyAsync(_directory, Settings(Nobody)))
        {
            await PostAsync(first, 2);
            await first.KillAsync();
        }

        Execute("INSERT INTO quarantine (sequence, transaction_id, source_account, destination_account, amount, currency, created_at, "
            + "quarantined_at) SELECT sequence, transaction_id, source_account, destination_account, amount, currency, created_at, "
            + "0 FROM inbox WHERE transaction_id = 'txn_0'; DELETE FROM inbox WHERE transaction_id = 'txn_0'");
        string[] full =
        [
            "strace", "-f", "-qq", "-o", "/dev/null", "-P", Inbox, "-P", Inbox + "-wal",
            "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=1+",
        ];
        await using var service = ServiceProcess.Start(full, _directory, Settings(Nobody));
        await Eventually.HoldsAsync(service.IsAliveAsync, "the service listens");

        using var quarantined = await service.Client.GetAsync("/v1/transactions/txn_0");
        using var waiting = await service.Client.GetAsync("/v1/transactions/txn_1");
        using var refused = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("refused")));

        quarantined.StatusCode.Should().Be(HttpStatusCode.OK);
        waiting.StatusCode.Should().Be(HttpStatusCode.OK);
        refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await service.IsReadyAsync()).Should().BeFalse();
    }

    private static async Task PostAsync(ServiceProcess service, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json($"txn_{i}")));
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        }
    }

    private (string Key, string Value)[] Settings(string url) =>
        [("DATABASE_URL", url), ("Inbox__Path", Inbox), ("Processing__Delay", "00:00:00.010")];

    private void Execute(string sql)
    {
        using var file = SqliteText.Open(Inbox, SqliteOpenMode.ReadWrite);
        file.Execute(sql);
    }

    private string[] Strings(string sql)
    {
        using var file = SqliteText.Open(Inbox, SqliteOpenMode.ReadWrite);
        return [.. file.Strings(sql)];
    }
}
