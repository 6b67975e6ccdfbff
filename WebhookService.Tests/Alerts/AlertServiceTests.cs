using System.Text;
using System.Text.Json;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Alerts;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Alerts;

/// <summary>The alerts of one instance, posted to a receiver on a real port.</summary>
internal sealed class AlertServiceTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly LogCollector _log = new();
    private SqliteFile _file = null!;
    private ScriptedApi _receiver = null!;
    private StoreFixture _instance = null!;
    private string _path = "";

    [SetUp]
    public async Task OpenAsync()
    {
        _file = new SqliteFile();
        _receiver = await ScriptedApi.StartAsync();
        _path = new Uri(_receiver.Url).AbsolutePath;
        await StartAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _instance.DisposeAsync();
        await _receiver.DisposeAsync();
        await _file.DisposeAsync();
        _log.Dispose();
        _log.Text.Should().NotContain(_path, "the address may be secret");
    }

    [Test]
    public async Task Failures_AreReported_WithNumberAndReasons_AndOnlyTheNewOnes()
    {
        await FailAsync("before", 500);
        _instance.Clock.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        _receiver.Calls.Should().BeEmpty("what failed before alerts were switched on is not new");
        await FailAsync("a", 422);
        await FailAsync("b", 422);
        await FailAsync("c", null);

        var alert = await SingleAsync();

        alert.GetProperty("type").GetString().Should().Be("transactions.failed");
        alert.GetProperty("timestamp").GetString().Should().Be("2026-01-15T10:30:01.123456Z");
        alert.GetProperty("text").GetString().Should().Be(
            "3 transactions failed since 2026-01-15 10:30:01 UTC.\n"
            + "2 × 422 Unprocessable Entity (transactions)\n1 × Host &lt;!channel&gt; &amp; port unknown (transactions)");
        alert.GetProperty("data").GetRawText().Should().Be(
            """{"count":3,"since":"2026-01-15T10:30:01.123456Z","groups":["""
            + """{"reason":"422 Unprocessable Entity","http_status":422,"source":"transactions","count":2},"""
            + """{"reason":"Host \u003C!channel\u003E \u0026 port unknown","http_status":null,"source":"transactions","count":1}]}""");
        _receiver.Calls.Single().Body.Should().NotContain("acc_user_789");
        await LookLaterAsync();
        _receiver.Calls.Should().ContainSingle();
    }

    [Test]
    public async Task Alert_IsSigned_ByTheScheme()
    {
        await LookAsync();
        await FailAsync("a", 422);

        await LookAsync();

        var call = _receiver.Calls.Single();
        new StandardWebhooks.StandardWebhook(Secret).Sign(
            call.Headers["webhook-id"], ObservableTimeProvider.Origin, call.Body).Should().Be(call.Headers["webhook-signature"]);
        WebhookSignature.TryReadSecret(Secret, out var key).Should().BeTrue();
        WebhookSignature.Verify(
            [key!],
            call.Headers["webhook-id"],
            call.Headers["webhook-timestamp"],
            Encoding.UTF8.GetBytes(call.Body),
            call.Headers["webhook-signature"]).Should().BeTrue();
        call.Headers["Content-Type"].Should().Be("application/json");
    }

    [Test]
    public async Task Alerts_OfOneKind_AreAMinuteApart_AndLoseNothing()
    {
        await LookAsync();
        await FailAsync("a", 422);
        await LookAsync();
        await FailAsync("b", 422);
        _instance.Clock.Advance(TimeSpan.FromSeconds(30));
        await FailAsync("c", 422);
        await LookAsync();
        _receiver.Calls.Should().ContainSingle("a minute is not over");

        _instance.Clock.Advance(TimeSpan.FromSeconds(30));
        await LookAsync();

        _receiver.Calls.Should().HaveCount(2);
        Data(1).GetProperty("count").GetInt32().Should().Be(2);
    }

    [Test]
    public async Task Restart_RepeatsNothing_AndMissesNoFailure()
    {
        await LookAsync();
        await FailAsync("a", 422);
        await PauseAsync();
        _instance.Clock.Advance(TimeSpan.FromHours(2));
        await LookAsync();
        _receiver.Calls.Should().HaveCount(2);
        await FailAsync("after_the_last_look", 422);

        await RestartAsync(TimeSpan.FromHours(3));
        await LookAsync();

        _receiver.Calls.Should().HaveCount(3, "the pause was reported before the restart");
        Type(2).Should().Be("transactions.failed");
        Data(2).GetProperty("count").GetInt32().Should().Be(1);
    }

    [Test]
    public async Task OldTransaction_IsReported_OnceItHasBeenOldForAWhile_AndWhenThatIsOver()
    {
        await _instance.Store.AddAsync(Row("waits"));
        _instance.Clock.Advance(TimeSpan.FromMinutes(11));
        await LookAsync();
        _receiver.Calls.Should().BeEmpty("an operator may just have retried it");

        _instance.Clock.Advance(TimeSpan.FromMinutes(5));
        var alert = await SingleAsync();

        alert.GetProperty("type").GetString().Should().Be("oldest.unprocessed");
        alert.GetProperty("text").GetString().Should().Be("The oldest of 1 unfinished transactions was received 16 min ago.");
        alert.GetProperty("data").GetRawText().Should().Be(
            """{"state":"open","since":"2026-01-15T10:40:00.123456Z","oldest_received_at":"2026-01-15T10:30:00.123456Z",""" + "\""
            + """oldest_age_seconds":960,"limit_seconds":600,"unfinished":1}""");

        await _instance.Store.ClaimAsync(ClaimPosition.Start, 10);
        await _instance.Store.CompleteAsync(Completion.Processed("waits", 2, Attempts.At(_instance.Clock.GetUtcNow())));
        await LookLaterAsync();
        _receiver.Calls.Should().ContainSingle();
        _instance.Clock.Advance(TimeSpan.FromMinutes(5));
        await LookAsync();
        _receiver.Calls.Should().HaveCount(2);
        Data(1).GetRawText().Should().Be("""{"state":"resolved","since":"2026-01-15T10:40:00.123456Z"}""");
    }

    [Test]
    public async Task OpenBreaker_IsReported_RepeatedAfterHours_AndResolved()
    {
        var gate = _instance.Get<BreakerGate>();
        gate.Open(TimeSpan.FromDays(1));
        await LookAsync();
        _receiver.Calls.Should().BeEmpty("a short break is no alert");
        await LookLaterAsync();
        Type(0).Should().Be("breaker.open");

        await LookLaterAsync();
        _receiver.Calls.Should().ContainSingle();
        _instance.Clock.Advance(TimeSpan.FromHours(4));
        await LookAsync();
        _receiver.Calls.Should().HaveCount(2);

        gate.Close();
        await LookAsync();
        await LookLaterAsync();
        _receiver.Calls.Should().HaveCount(3);
        Data(2).GetProperty("state").GetString().Should().Be("resolved");
        await LookLaterAsync();
        _receiver.Calls.Should().HaveCount(3);
    }

    [Test]
    public async Task GrowingQuarantine_IsReported_BySource_WithoutReasons()
    {
        await QuarantineAsync(1);
        await LookAsync();
        _receiver.Calls.Should().BeEmpty();
        await QuarantineAsync(2);
        await QuarantineAsync(2);
        await QuarantineAsync(3);

        var alert = await SingleAsync();

        alert.GetProperty("type").GetString().Should().Be("quarantine.growing");
        alert.GetProperty("text").GetString().Should().Be(
            "2 webhooks could not be understood since 2026-01-15 10:30:00 UTC: 2 of stripe.");
        alert.GetProperty("data").GetProperty("sources").GetRawText().Should().Be("""[{"source":"stripe","count":2}]""");
        await LookLaterAsync();
        _receiver.Calls.Should().ContainSingle();
    }

    [Test]
    public async Task ForgottenPause_IsReported_WithoutItsReason_AndResolved()
    {
        await PauseAsync();
        _instance.Clock.Advance(TimeSpan.FromHours(1));
        await LookAsync();
        _receiver.Calls.Should().BeEmpty();

        _instance.Clock.Advance(Minute);
        var alert = await SingleAsync();

        alert.GetProperty("text").GetString().Should().Be(
            "Processing has been paused for 1 h, by ops. Transactions are accepted and wait until it is resumed.");
        alert.GetProperty("data").GetRawText().Should().Be(
            """{"state":"open","since":"2026-01-15T10:30:00.123456Z","by":"ops"}""");
        await _instance.Store.RecordAsync(new(_instance.Clock.GetUtcNow(), "ops", AuditActions.Resume, null, 0, null));
        await LookLaterAsync();
        Data(1).GetProperty("state").GetString().Should().Be("resolved");
    }

    [TestCase(503, 3)]
    [TestCase(429, 3)]
    [TestCase(404, 1)]
    [TestCase(302, 1)]
    public async Task BrokenReceiver_IsTriedAgainLater_WithEverythingNew_AndLoggedOnce(int status, int attempts)
    {
        _receiver.Answer = (_, http) =>
        {
            http.Response.Headers.Location = "/elsewhere";
            return ScriptedApi.StatusAsync(http, status);
        };
        await LookAsync();
        await FailAsync("a", 422);
        await DeliverAsync(attempts);
        _receiver.Calls.Should().HaveCount(attempts);
        _receiver.Calls.Select(call => call.Headers["webhook-id"]).Distinct().Should().ContainSingle("it is the same alert");
        await LookAsync();
        _receiver.Calls.Should().HaveCount(attempts, "a minute is not over");

        _instance.Clock.Advance(Minute);
        await DeliverAsync(attempts);
        await FailAsync("b", 422);
        _receiver.Answer = (_, _) => Task.CompletedTask;
        await LookLaterAsync();

        Data(^1).GetProperty("count").GetInt32().Should().Be(2);
        _receiver.Calls.Should().HaveCount((2 * attempts) + 1);
        _log.Text.Split($"answered with {status}").Should().HaveCount(2, "a lasting fault is logged once");
        _log.Text.Should().Contain("Alerts are accepted again");
    }

    [Test]
    public async Task SilentReceiver_IsGivenUp_AndCannotStopTheService()
    {
        _receiver.Answer = (_, http) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await LookAsync();
        await FailAsync("a", 422);
        using var stopping = new CancellationTokenSource();

        var look = _instance.Get<AlertService>().LookAsync(stopping.Token);
        await _instance.Clock.ArmedAsync(TimeSpan.FromSeconds(10));
        _instance.Clock.Advance(TimeSpan.FromSeconds(10));
        await _instance.Clock.ArmedAsync(TimeSpan.FromSeconds(1));
        await stopping.CancelAsync();

        await look.Soon();
    }

    [Test]
    public async Task Service_LooksAtItsInterval_AndStops()
    {
        var service = _instance.Get<AlertService>();
        await service.StartAsync(CancellationToken.None);
        await _instance.Clock.ArmedAsync(TimeSpan.FromSeconds(15));
        _instance.Clock.Advance(TimeSpan.FromSeconds(15));
        await _instance.Clock.ArmedAsync(TimeSpan.FromSeconds(15));
        await FailAsync("a", 422);

        _instance.Clock.Advance(TimeSpan.FromSeconds(15));

        await Eventually.HoldsAsync(() => Task.FromResult(_receiver.Calls.Count == 1), "the alert arrives");
        await service.StopAsync(CancellationToken.None).Soon();
    }

    [TestCase("Alerts:Url", "hooks.example.com", "Alerts__Url must be an absolute http or https address without a user.")]
    [TestCase("Alerts:Url", "file:///etc/passwd", "Alerts__Url must be an absolute http or https address without a user.")]
    [TestCase("Alerts:Url", "http://me:pw@example.com", "Alerts__Url must be an absolute http or https address without a user.")]
    [TestCase("Alerts:Secret", "whsec_short", "Alerts__Secret must be 24 to 64 bytes in base64, with or without the prefix whsec_.")]
    public void Setting_IsRejected(string key, string value, string fault)
    {
        var options = new AlertOptions();
        typeof(AlertOptions).GetProperty(key["Alerts:".Length..])!.SetValue(options, value);

        new AlertOptionsValidator().Validate(null, options).FailureMessage.Should().Be(fault);
    }

    private static Transaction Row(string id) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 1, "INR", ObservableTimeProvider.Origin, null);

    private async Task StartAsync() => _instance = await new StoreFixture(
        _file.Url,
        [("Alerts:Url", _receiver.Url), ("Alerts:Secret", Secret)],
        services => services.AddLogging(logging => logging.AddProvider(_log))).StartAsync();

    private async Task RestartAsync(TimeSpan later)
    {
        await _instance.DisposeAsync();
        await StartAsync();
        _instance.Clock.Advance(later);
    }

    private Task LookAsync() => _instance.Get<AlertService>().LookAsync(CancellationToken.None).Soon();

    private Task LookLaterAsync()
    {
        _instance.Clock.Advance(Minute);
        return LookAsync();
    }

    private async Task DeliverAsync(int attempts)
    {
        var look = LookAsync();
        for (var i = 1; i < attempts; i++)
        {
            var backoff = TimeSpan.FromSeconds(1 << (i - 1));
            await _instance.Clock.ArmedAsync(backoff);
            _instance.Clock.Advance(backoff);
        }

        await look;
    }

    private async Task<JsonElement> SingleAsync()
    {
        await LookAsync();
        return Parse(_receiver.Calls.Should().ContainSingle().Subject);
    }

    private JsonElement Data(Index number) => Parse(_receiver.Calls.ToArray()[number]).GetProperty("data");

    private string? Type(Index number) => Parse(_receiver.Calls.ToArray()[number]).GetProperty("type").GetString();

    private static JsonElement Parse(ScriptedApi.Call call) => JsonDocument.Parse(call.Body).RootElement;

    private async Task FailAsync(string id, int? status)
    {
        _instance.WithoutBacklog();
        var now = _instance.Clock.GetUtcNow();
        var reason = status is null ? "Host <!channel> & port unknown" : $"{status} acc_user_789 is closed";
        await _instance.Store.AddAsync(Row(id));
        var attempt = Attempts.At(now, AttemptOutcome.Rejected, reason) with { HttpStatus = status };
        (await _instance.Store.CompleteAsync(Completion.Failed(id, 1, attempt, reason))).Should().Be(TransitionOutcome.Applied);
    }

    private async Task PauseAsync() => await _instance.Store.RecordAsync(
        new(_instance.Clock.GetUtcNow(), "ops", AuditActions.Pause, null, 0, "acc_user_789 complained"));

    private async Task QuarantineAsync(byte number) => await _instance.Store.QuarantineAsync(new(
        "stripe",
        [.. Enumerable.Repeat(number, 32)],
        _instance.Clock.GetUtcNow(),
        "acc_user_789 is no amount.",
        null,
        null,
        "{}",
        new EventPayload(null, ReadOnlyMemory<byte>.Empty)));
}
