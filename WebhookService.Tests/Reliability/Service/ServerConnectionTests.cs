using System.Globalization;
using System.Net;
using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>The connection to PostgreSQL breaks, or the server accepts no more connections.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class ServerConnectionTests
{
    private const string Database = "way";
    private const int Cuts = 12;

    private readonly TempDirectory _directory = new();
    private PostgresServer _server = null!;

    [SetUp]
    public void SetUp()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL is installed.");
        }
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _directory.Dispose();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Service_KeepsEveryPromise_WhenItsConnectionIsCutInTheMiddleOfCommits(bool hasInbox)
    {
        const int seed = 20260115;
        var random = new Random(seed);
        await StartAsync("");
        await using var proxy = new TcpProxy(_server.Port);
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory,
            [
                ("DATABASE_URL", _server.Url(Database).Replace($":{_server.Port}/", $":{proxy.Port}/", StringComparison.Ordinal)),
                ("Processing__Delay", "00:00:00.010"), ("Processing__SweepInterval", "00:00:01"), ("Instance__HeartbeatInterval", "00:00:01"),
                ("Instance__LeaseDuration", "00:00:06"), .. Inbox(hasInbox),
            ]);
        var load = new Load(service.Client, "cut");
        using var stop = new CancellationTokenSource();
        var posting = load.PostUntilAsync(stop.Token, connections: 8);

        while (proxy.Cuts < Cuts)
        {
            var (cuts, accepted) = (proxy.Cuts, load.Accepted.Count);
            proxy.CutAfter(random.Next(1, 100_000));
            await Eventually.HoldsAsync(() => proxy.Cuts > cuts && load.Accepted.Count > accepted + 50, $"it was cut and accepts again (seed {seed})");
        }

        await stop.CancelAsync();
        await posting;
        await Eventually.HoldsAsync(async () => await CountAsync("status = 'PROCESSING'") == 0, $"all are processed (seed {seed})");
        var stored = await _server.QueryAsync("SELECT transaction_id FROM transactions WHERE attempts = 1", Database);

        TestContext.Out.WriteLine($"{proxy.Cuts} cuts, {load.Sent} sent, {load.Accepted.Count} accepted, {load.Refused.Count} refused");
        load.Accepted.Except(stored).Should().BeEmpty("each 202 is a promise (seed {0})", seed);
        (await CountAsync("TRUE")).Should().Be(stored.Count, "each row had one terminal transition");
        load.Refused.Should().NotContain(answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);
        (!hasInbox || load.Refused.IsEmpty).Should().BeTrue("with an inbox, a server fault causes no refusal");
    }

    [Test]
    public async Task Service_AnswersHonestlyAndRecovers_WhenTheServerTakesNoMoreConnections()
    {
        await StartAsync("-c max_connections=20 -c superuser_reserved_connections=3");
        await _server.ExecuteAsync("CREATE ROLE plain LOGIN; ALTER DATABASE way OWNER TO plain");
        var url = _server.Url(Database).Replace("webhook@", "plain@", StringComparison.Ordinal);
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("DATABASE_URL", url), ("Processing__Delay", "00:00:00"));
        var load = new Load(service.Client, "many");
        await load.PostAsync(100, connections: 4);
        var hoarded = new List<NpgsqlConnection>();

        await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");
        await HoardAsync(hoarded);
        await Eventually.HoldsAsync(async () => !await service.IsReadyAsync(), "it reports that it is not ready");
        var refused = new Load(service.Client, "refused");
        await refused.PostAsync(20, connections: 2);
        foreach (var connection in hoarded)
        {
            await connection.DisposeAsync();
        }

        await Eventually.HoldsAsync(service.IsReadyAsync, "the service is ready again");
        refused.Refused.Should().NotBeEmpty().And.OnlyContain(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        await load.PostAsync(200, connections: 4);
        await Eventually.HoldsAsync(async () => await CountAsync("status = 'PROCESSING'") == 0, "all are processed");
        string[] promised = [.. load.Accepted, .. refused.Accepted];
        promised.Except(await _server.QueryAsync("SELECT transaction_id FROM transactions", Database)).Should().BeEmpty();
    }

    private async Task StartAsync(string options)
    {
        _server = await PostgresServer.StartAsync(options);
        await _server.ExecuteAsync($"CREATE DATABASE {Database}");
    }

    private (string, string)[] Inbox(bool isOn) => isOn ? [("Inbox__Path", Path.Combine(_directory.Path, "inbox.db"))] : [];

    // Takes every connection that remains for roles without superuser rights.
    private async Task HoardAsync(List<NpgsqlConnection> hoarded)
    {
        var text = _server.ConnectionString(Database).Replace("webhook;", "plain;", StringComparison.Ordinal) + ";Pooling=False";
        try
        {
            while (true)
            {
                var connection = new NpgsqlConnection(text);
                hoarded.Add(connection);
                await connection.OpenAsync();
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // No connection is left.
        }
    }

    private async Task<int> CountAsync(string condition) => int.Parse(
        (await _server.QueryAsync($"SELECT count(*) FROM transactions WHERE {condition}", Database)).Single(), CultureInfo.InvariantCulture);
}
