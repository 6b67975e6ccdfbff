using FluentAssertions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>Starts on a database server: several at once, without a server, or with migrations left to the command.</summary>
[Category("Long")]
internal sealed class ServerStartTests
{
    [Test]
    public async Task Instances_ComeUpWithOneMigration_WhenTheyStartAtTheSameMoment()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();

        var instances = Enumerable.Range(0, 3).Select(_ => ServiceProcess.Start(directory, ("DATABASE_URL", database.Url))).ToArray();
        await Task.WhenAll(instances.Select(instance => instance.WaitUntilReadyAsync()));

        using (var db = new PostgreSqlDesignTimeFactory().CreateDbContext([]))
        {
            (await database.QueryAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"")).Should().BeEquivalentTo(
                db.Database.GetMigrations(), "each migration ran once");
        }

        (await database.QueryAsync("SELECT count(*) FROM instances")).Should().Equal("3");
        foreach (var instance in instances)
        {
            (await instance.TerminateAsync()).Should().Be(0);
            await instance.DisposeAsync();
        }

        (await database.QueryAsync("SELECT count(*) FROM instances")).Should().Equal(["0"], "a clean stop removes its instance");
    }

    // No part of the start may wait on the thread that reads the sockets on which the start waits.
    [Test]
    public async Task Service_OpensTheStoreAtTheFirstAttempt_WhenTheServerIsThere()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();

        await using var service = await ServiceProcess.StartReadyAsync(directory, ("DATABASE_URL", database.Url));

        service.Output.Should().NotContain("cannot be used");
        service.Complaints(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task Service_EndsCleanly_WhenItIsStoppedBeforeItHasStarted()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory,
            ("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/nobody"),
            ("Database__ConnectTimeout", "00:05:00"));
        await Eventually.HoldsAsync(() => service.Output.Contains("cannot be used"), "the service waits for the server");

        (await service.TerminateAsync()).Should().Be(0);

        (service.Output + service.Errors).Should().NotContain("   at ");
    }

    [Test]
    public async Task Service_LogsALastingFaultOnce_AfterAnyNumberOfAttempts()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();
        (await ServiceProcess.RunAsync(["migrate"], directory, ("DATABASE_URL", database.Url))).ExitCode.Should().Be(0);
        await database.ExecuteAsync("ALTER TABLE instances RENAME TO hidden");
        await using var service = ServiceProcess.Start(directory, ("DATABASE_URL", database.Url), ("Database__ReconnectInterval", "00:00:00.010"));

        await Eventually.HoldsAsync(() => service.Output.Contains("keeps trying", StringComparison.Ordinal), "the service logs the cause");
        var said = service.Output.Split("keeps trying").Length;
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);

        service.Output.Split("keeps trying").Length.Should().Be(said);
        await database.ExecuteAsync("ALTER TABLE hidden RENAME TO instances");
        await service.WaitUntilReadyAsync();
    }

    // The driver cannot send every character to such a database.
    [Test]
    public async Task Service_RefusesADatabase_WhenItsEncodingIsNotUtf8()
    {
        await using var database = await PostgresDatabase.CreateAsync("LATIN1");
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(directory, ("DATABASE_URL", database.Url));
        await Eventually.HoldsAsync(
            async () => await service.IsAliveAsync() && service.Complaints(LogLevel.Error).Length > 0, "the service logs the cause");

        service.Complaints(LogLevel.Error).Should().ContainSingle().Which.Should().Contain("LATIN1").And.Contain("UTF8");
        using var ready = await service.Client.GetAsync("/health/ready");
        ((int)ready.StatusCode).Should().Be(503);
        (await ready.Content.ReadAsStringAsync()).Should().Contain("LATIN1");
        (await database.QueryAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).Should().Equal(["0"], "no table is created in it");
        (await service.TerminateAsync()).Should().Be(0);
        service.Output.Should().NotContain("   at ");
        var (exitCode, output) = await ServiceProcess.RunAsync(["migrate"], directory, ("DATABASE_URL", database.Url));
        exitCode.Should().Be(1);
        output.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("LATIN1").And.Contain("UTF8");
    }

    [Test]
    public async Task Service_KeepsTrying_WhenThereIsNoServer()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(directory, ("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:9/none"));

        await Eventually.HoldsAsync(async () => await service.IsAliveAsync(), "the service listens");
        using var ready = await service.Client.GetAsync("/health/ready");
        using var post = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));

        ((int)ready.StatusCode).Should().Be(503);
        (await ready.Content.ReadAsStringAsync()).Should().Contain("none on PostgreSQL at 127.0.0.1");
        ((int)post.StatusCode).Should().Be(503);
        (await service.TerminateAsync()).Should().Be(0);
        (service.Output + service.Errors).Should().Contain("keeps trying").And.NotContain("hunter2").And.NotContain("   at ");
    }

    [Test]
    public async Task Service_WaitsForTheCommand_WhenTheSchemaIsLeftToIt()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory, ("DATABASE_URL", database.Url), ("Database__AutoMigrate", "false"));
        await Eventually.HoldsAsync(async () => await service.IsAliveAsync(), "the service listens");
        using (var before = await service.Client.GetAsync("/health/ready"))
        {
            (await before.Content.ReadAsStringAsync()).Should().Contain("migrate");
        }

        var (exitCode, output) = await ServiceProcess.RunAsync(["migrate"], directory, ("DATABASE_URL", database.Url));

        exitCode.Should().Be(0, output);
        await service.WaitUntilReadyAsync();
    }

    [Test]
    public async Task Migrate_MakesTheFile_AndServesNothing()
    {
        using var directory = new TempDirectory();

        var (exitCode, output) = await ServiceProcess.RunAsync(["migrate"], directory);

        exitCode.Should().Be(0, output);
        output.Trim().Should().Be($"The schema of {directory.Database} is up to date.");
        DatabaseFile.Count(directory).Should().Be(0);
    }

    [TestCase("migrate", "mysql://x")]
    [TestCase("migrate", "postgresql://u@127.0.0.1:9/none")]
    [TestCase("migarte", "sqlite:///x.db")]
    public async Task Commands_FailInOneLine(string command, string url)
    {
        using var directory = new TempDirectory();

        var (exitCode, output) = await ServiceProcess.RunAsync([command], directory, ("DATABASE_URL", url));

        exitCode.Should().Be(1);
        output.TrimEnd().Split('\n').Should().ContainSingle();
    }
}
