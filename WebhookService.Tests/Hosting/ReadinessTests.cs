using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Reading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Hosting;

[Category("Long")]
internal sealed class ReadinessTests
{
    private readonly ObservableTimeProvider _clock = new();

    [TestCase(SwitchedReader.Find)]
    [TestCase(SwitchedReader.List)]
    [TestCase(SwitchedReader.Count)]
    public async Task Ready_WaitsForEachKindOfRead_WhileWebhooksAreAccepted(string query)
    {
        var reader = new SwitchedReader { Off = query };
        await using var app = new WebhookApp { Reader = reader, Clock = _clock };

        using (var first = await app.PostAsync(Payment.Json("before_any_read")))
        {
            ((int)first.StatusCode).Should().Be(202);
        }

        (await app.GetReadyAsync()).Status.Should().Be(503, "nothing was read yet");
        await _clock.ArmedAsync(FirstReads.Quiet);
        _clock.Advance(FirstReads.Quiet);
        await _clock.ArmedAsync(FirstReads.RetryInterval);
        (await app.GetReadyAsync()).Should().Be((503, "Unhealthy Reads do not work yet: The store cannot be read now."));
        using (var second = await app.PostAsync(Payment.Json("beside_failing_reads")))
        {
            ((int)second.StatusCode).Should().Be(202);
        }

        reader.Off = null;
        _clock.Advance(FirstReads.RetryInterval);
        await app.WaitUntilReadyAsync();
    }

    // All instances share the database: if each called itself unready, nobody would accept what all of them can store.
    [Test]
    public async Task Ready_Stays_WhenReadsFailLater()
    {
        var reader = new SwitchedReader();
        await using var app = new WebhookApp { Reader = reader };
        await app.WaitUntilReadyAsync();

        reader.Off = SwitchedReader.List;
        using var list = await app.Client.GetAsync("/v1/transactions");

        ((int)list.StatusCode).Should().Be(503);
        (await app.GetReadyAsync()).Should().Be((200, "Healthy"));
    }

    // A row that was changed by hand until nobody can read it must not keep the service from accepting.
    [Test]
    public async Task Ready_DoesNotWait_WhenWhatWasReadIsWrong()
    {
        var reader = new SwitchedReader { Off = SwitchedReader.List, Fault = new FormatException("a row of rubbish") };
        await using var app = new WebhookApp { Reader = reader };

        await app.WaitUntilReadyAsync();

        app.Logs.Text.Should().Contain("a row of rubbish");
    }

    [Test]
    public async Task Service_IsReadyOnlyWhenTheServerAnswersReads_ThoughItTakesWrites()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();
        (await ServiceProcess.RunAsync(["migrate"], directory, ("DATABASE_URL", database.Url))).ExitCode.Should().Be(0);

        // Every query of a transaction joins this table; no write of a start and no heartbeat uses it.
        await using var held = await database.LockAsync("events");
        await using var service = ServiceProcess.Start(
            directory, ("DATABASE_URL", database.Url), ("Processing__Enabled", "false"), ("Reads__Timeout", "00:00:00.200"));
        await Eventually.HoldsAsync(
            async () => await service.IsAliveAsync() && (await service.Client.GetAsync("/")).IsSuccessStatusCode,
            "it writes");

        (await service.IsReadyAsync()).Should().BeFalse("no read has worked");
        await held.DisposeAsync();
        await service.WaitUntilReadyAsync();
    }

    [Test]
    public async Task Service_IsReadyWithoutReads_WhenItsInboxAcceptsAndTheServerIsAway()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory,
            ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
            ("Inbox__Path", Path.Combine(directory.Path, "inbox.db")));

        await service.WaitUntilReadyAsync();

        using var post = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));
        ((int)post.StatusCode).Should().Be(202);
    }

    [Test]
    public async Task Service_AnswersReadsAtOnce_WhenItHasJustBecomeReady()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);

        foreach (var path in new[] { "/v1/transactions/nobody", "/v1/transactions", "/v1/stats" })
        {
            using var response = await service.Client.GetAsync(path);
            ((int)response.StatusCode).Should().NotBe(503, path);
        }
    }
}
