using System.Globalization;
using System.Net;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability;

/// <summary>
/// An inbox in front of a PostgreSQL server that is away; for WEBHOOK_TEST_INBOX_SECONDS (default 6) in measurements.
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed class InboxTests
{
    private const string Database = "inbox";
    private const int PerSecond = 500;

    private static readonly int Seconds =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_INBOX_SECONDS") ?? "6", CultureInfo.InvariantCulture);

    private TempDirectory _directory = null!;
    private PostgresServer _server = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }

        _directory = new TempDirectory();
        _server = await PostgresServer.StartAsync();
        await _server.ExecuteAsync($"CREATE DATABASE {Database}");
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _directory?.Dispose();
    }

    [TestCase("stopped")]
    [TestCase("killed")]
    [TestCase("frozen")]
    public async Task Service_AcceptsAsEver_WhileTheServerIs(string how)
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, Settings());
        var load = new PacedLoad(service.Client, how);
        await load.PostAsync(2 * PerSecond, PerSecond);
        var before = service.MemoryInMebibytes("VmRSS");

        await (how switch { "stopped" => _server.StopAsync(), "killed" => _server.KillAsync(), _ => _server.FreezeAsync() });
        var latencies = await load.PostAsync(Seconds * PerSecond, PerSecond);
        var ready = await service.IsReadyAsync();
        await (how switch { "frozen" => _server.ThawAsync(), _ => _server.StartAgainAsync() });
        await WaitUntilProcessedAsync((Seconds + 2) * PerSecond);

        var after = service.MemoryInMebibytes("VmRSS");
        TestContext.Out.WriteLine($"{how} for {Seconds} s at {PerSecond}/s: {load.Refused} refused, slowest {latencies.Max().TotalMilliseconds:0} ms, "
            + $"p99 {PacedLoad.P99(latencies).TotalMilliseconds:0.0} ms; {before:0} MiB before, {after:0} MiB after");
        load.Refused.Should().Be(0);
        ready.Should().BeTrue("the service can accept");
        (await CountAsync("attempts = 1")).Should().Be((Seconds + 2) * PerSecond, "each transaction is processed once");
        Waiting().Should().Be(0);
        after.Should().BeLessThan(before + 150);

        // The promise is 500 ms; it does not cover the machine that runs the test.
        latencies.Max().Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Test]
    public async Task Instances_ProcessEachIdOnce_WhenBothTookItWhileTheServerWasAway()
    {
        await using var counter = await CallCounter.StartAsync();
        using var elsewhere = new TempDirectory();
        await using var one = await ServiceProcess.StartReadyAsync(_directory, [.. counter.Settings(), .. Settings()]);
        await using var other = await ServiceProcess.StartReadyAsync(elsewhere, [.. counter.Settings(), .. Settings(elsewhere)]);
        await _server.StopAsync();

        // Both loads count from 1 with the same prefix, so they send the same ids.
        var loads = new[] { new Load(one.Client, "both"), new Load(other.Client, "both") };
        await Task.WhenAll(loads.Select(load => load.PostAsync(1_000, connections: 16)));
        await _server.StartAgainAsync();
        await WaitUntilProcessedAsync(loads[0].Accepted.Union(loads[1].Accepted).Count());
        await Eventually.HoldsAsync(() => Waiting() + Waiting(elsewhere) == 0, "both inboxes are empty");

        loads.Should().OnlyContain(load => load.Refused.IsEmpty);
        (await CountAsync("TRUE")).Should().Be(loads[0].Accepted.Union(loads[1].Accepted).Count());
        counter.Calls.Select(call => call.Id).Should().OnlyHaveUniqueItems("each id has one call")
            .And.HaveCountGreaterThanOrEqualTo(1_000);
    }

    [Test]
    public async Task Service_GoesOn_WhenItWasKilledWithTransactionsInTheInbox()
    {
        await using (var first = await ServiceProcess.StartReadyAsync(_directory, Settings()))
        {
            await _server.StopAsync();
            var load = new Load(first.Client, "killed");
            await load.PostAsync(100, connections: 8);
            load.Refused.Should().BeEmpty();
            await first.KillAsync();
        }

        // The server is still away; the service must start, accept and find waiting transactions all the same.
        await using var second = await ServiceProcess.StartReadyAsync(_directory, Settings());
        (await second.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("later")))).StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await second.Client.GetStringAsync("/v1/transactions/killed_1")).Should().Contain("\"status\":\"PROCESSING\"");
        (await second.Client.GetStringAsync("/v1/transactions/later")).Should().Contain("\"status\":\"PROCESSING\"");
        (await second.Client.GetAsync("/v1/transactions/nobody")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        await _server.StartAgainAsync();
        await WaitUntilProcessedAsync(101);

        (await second.Client.GetStringAsync("/v1/transactions/killed_1")).Should().Contain("\"status\":\"PROCESSED\"");
        (await second.Client.GetAsync("/v1/transactions/nobody")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Service_PutsARowAside_WhenTheServerRefusesThatOne()
    {
        await using (var service = await ServiceProcess.StartReadyAsync(_directory, Settings()))
        {
            await _server.ExecuteAsync("ALTER TABLE transactions ADD CONSTRAINT no_poison CHECK (transaction_id NOT LIKE 'poison%')", Database);
            await _server.StopAsync();
            string[] ids = [.. Enumerable.Range(0, 30).Select(i => i % 10 == 7 ? $"poison_{i}" : $"good_{i}")];
            foreach (var id in ids)
            {
                (await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)))).StatusCode.Should().Be(HttpStatusCode.Accepted);
            }

            await _server.StartAgainAsync();
            await Eventually.HoldsAsync(() => Waiting() == 0, "the inbox is empty");

            (await CountAsync("TRUE")).Should().Be(27);
            Waiting(table: "quarantine").Should().Be(3);
            (await service.Client.GetStringAsync("/v1/transactions/poison_7")).Should().Contain("\"status\":\"PROCESSING\"");
            service.Output.Should().Contain("Transaction poison_7 is in quarantine");
            (await service.TerminateAsync()).Should().Be(0);
        }

        await _server.ExecuteAsync("ALTER TABLE transactions DROP CONSTRAINT no_poison", Database);
        await using var mended = await ServiceProcess.StartReadyAsync(_directory, Settings());
        await WaitUntilProcessedAsync(30);
    }

    [Test]
    public async Task Service_AnswersHonestly_WhenTheInboxIsFull_AndAcceptsAgainWhenThereIsRoom()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, [.. Settings(), ("Inbox__MaxSize", "1048576")]);
        await _server.StopAsync();
        var load = new Load(service.Client, "full");

        await load.PostAsync(20_000, connections: 16);
        var isReady = await service.IsReadyAsync();
        await _server.StartAgainAsync();
        await WaitUntilProcessedAsync(load.Accepted.Count);

        load.Refused.Should().NotBeEmpty().And.OnlyContain(
            answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);
        load.Accepted.Should().HaveCountGreaterThan(2_000);
        isReady.Should().BeTrue("a probe uses no space");
        (await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("room")))).StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await CountAsync("TRUE")).Should().Be(load.Accepted.Count + 1);
    }

    [Test]
    public async Task Service_DeliversWhatItCan_BeforeItStops()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, [.. Settings(), ("Inbox__RetryInterval", "00:01:00")]);
        await _server.StopAsync();
        var load = new Load(service.Client, "stop");
        await load.PostAsync(50, connections: 4);
        await _server.StartAgainAsync();

        (await service.TerminateAsync()).Should().Be(0);

        (await CountAsync("TRUE")).Should().Be(50);
        Waiting().Should().Be(0);
    }

    [Test]
    public async Task Service_DistinguishesDuplicatesAndConflicts_WithAnInbox()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory, Settings());
        string[] bodies = [Payment.Json("same"), Payment.Json("same"), Payment.Json("same", amount: "2"), Payment.Json("same", amount: "2")];
        string[] expected = ["\"duplicate\":false}", "\"duplicate\":true}", "\"conflict\":true}", "\"conflict\":true}"];

        (await PostAllAsync(service, bodies)).Should().Equal(expected, (answer, end) => answer.EndsWith(end, StringComparison.Ordinal));
        await _server.StopAsync();
        string[] away = [.. bodies.Select(body => body.Replace("same", "away", StringComparison.Ordinal))];
        (await PostAllAsync(service, away)).Should().Equal(expected, (answer, end) => answer.EndsWith(end, StringComparison.Ordinal));
        await _server.StartAgainAsync();
        await WaitUntilProcessedAsync(2);

        (await service.Client.GetStringAsync("/v1/transactions/away")).Should().Contain("\"amount\":150.50");
        (await service.Client.GetStringAsync("/v1/transactions/away/conflicts")).Should().Contain("\"amount\":2.00");
    }

    [TestCase("sqlite:///./x.db", "inbox.db", "Inbox__Path")]
    [TestCase("", "/no/such/directory/inbox.db", "/no/such/directory")]
    public async Task Service_RefusesToStart_WhenTheInboxCannotBe(string url, string path, string named)
    {
        await using var service = ServiceProcess.Start(
            _directory, ("DATABASE_URL", url.Length > 0 ? url : _server.Url(Database)), ("Inbox__Path", path));

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(named);
    }

    private static async Task<List<string>> PostAllAsync(ServiceProcess service, string[] bodies)
    {
        List<string> answers = [];
        foreach (var body in bodies)
        {
            using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(body));
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        return answers;
    }

    private (string Key, string Value)[] Settings(TempDirectory? directory = null) =>
    [
        ("DATABASE_URL", _server.Url(Database)),
        ("Inbox__Path", Path.Combine((directory ?? _directory).Path, "inbox.db")),
        ("Processing__Delay", "00:00:00.010"),
        ("Instance__LeaseDuration", "00:00:06"),
        ("Instance__HeartbeatInterval", "00:00:01"),
        ("Processing__SweepInterval", "00:00:01"),
        ("Database__CommandTimeout", "00:00:02"),
    ];

    private Task WaitUntilProcessedAsync(int count) => Eventually.HoldsAsync(
        async () => await CountAsync("status = 'PROCESSED'") >= count, $"{count} are processed", TimeSpan.FromSeconds(60 + Seconds));

    private async Task<int> CountAsync(string condition) => int.Parse(
        (await _server.QueryAsync($"SELECT count(*) FROM transactions WHERE {condition}", Database)).Single(), CultureInfo.InvariantCulture);

    private long Waiting(TempDirectory? directory = null, string table = "inbox")
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine((directory ?? _directory).Path, "inbox.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
