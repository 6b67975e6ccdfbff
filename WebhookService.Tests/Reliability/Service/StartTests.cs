using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

[Category("Long")]
internal sealed class StartTests
{
    [TestCase("Processing__Delay", "abc", "Processing__Delay must be a duration such as 00:00:30.")]
    [TestCase("Processing__Delay", "30", "Processing__Delay")]
    [TestCase("Processing__MaxConcurrency", "0", "Processing__MaxConcurrency")]
    [TestCase("Processing__QueueCapacity", "x", "Processing__QueueCapacity")]
    [TestCase("Intake__Deadline", "00:00:01", "Intake__Deadline")]
    [TestCase("Intake__MaxBatch", "-1", "Intake__MaxBatch")]
    [TestCase("Reads__Timeout", "1.00:00:00", "Reads__Timeout")]
    [TestCase("ExternalApi__Url", "not an address", "ExternalApi__Url")]
    [TestCase("ExternalApi__Url", "ftp://host/pay", "ExternalApi__Url")]
    [TestCase("ExternalApi__Url", "https://user:hunter2@host/pay", "ExternalApi__Url")]
    [TestCase("ExternalApi__Headers__Idempotency-Key", "mine", "ExternalApi__Headers__Idempotency-Key")]
    [TestCase("ExternalApi__Headers__X-Two", "hunter2\r\nb: c", "ExternalApi__Headers__X-Two")]
    [TestCase("ExternalApi__SigningSecrets__0", "whsec_hunter2", "ExternalApi__SigningSecrets")]
    [TestCase("ExternalApi__MaxAttempts", "0", "ExternalApi__MaxAttempts must be from 1 to 1000.")]
    [TestCase("Retention__ContentAge", "-1", "Retention__ContentAge")]
    [TestCase("Retention__ContentAge", "30", "Retention__ContentAge must be written hh:mm:ss, such as 00:00:30.")]
    [TestCase("Logging__Console__QueueFullMode", "foo", "QueueFullMode")]
    [TestCase("Logging__LogLevel__Default", "Chatty", "Chatty")]
    [TestCase("Hosting__DrainSeconds", "-1", "Hosting__DrainSeconds must be from 0 to 600.")]
    [TestCase("Hosting__DrainSeconds", "00:00:05", "Hosting__DrainSeconds")]
    [TestCase("Telemetry__MoreMeters__0", " ", "Telemetry__MoreMeters")]
    [TestCase("PORT", "99999", "PORT")]
    [TestCase("PORT", "http", "PORT")]
    [TestCase("DATABASE_URL", "mysql://root:hunter2@db/x", "DATABASE_URL")]
    [TestCase("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL")]
    [TestCase("DATABASE_URL", "sqlite:////no/such/directory/x.db", "DATABASE_URL")]
    [TestCase("DATABASE_URL", "transactions.db", "DATABASE_URL")]
    public async Task Service_RefusesToStart_WhenASettingIsWrong(string key, string value, string named)
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(directory, (key, value));

        (await service.WaitForExitAsync()).Should().NotBe(0);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(named);
        (service.Errors + service.Output).Should().NotContain("   at ").And.NotContain("hunter2");
        File.Exists(directory.Database).Should().BeFalse();
    }

    [Test]
    public async Task Service_SaysWhyInOneLine_WhenItsPortIsTaken()
    {
        using var directory = new TempDirectory();
        using var other = TcpListener.Create(0);
        other.Start();
        await using var service = ServiceProcess.Start(directory, ("PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"));

        (await service.WaitForExitAsync()).Should().NotBe(0);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("address already in use");
        service.Output.Should().BeEmpty("the port is all that there is to say");
    }

    [Test]
    public async Task Service_NamesEveryFault_WhenSettingsOfSeveralSectionsAreWrong()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory, ("DATABASE_URL", "memory"), ("Reads__MaxConcurrentLists", "0"));

        (await service.WaitForExitAsync()).Should().NotBe(0);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle()
            .Which.Should().Contain("DATABASE_URL").And.Contain("Reads__MaxConcurrentLists");
    }

    [Test]
    public async Task Service_RefusesToStart_WhenAnotherProcessHasTheFileByAnotherName()
    {
        using var directory = new TempDirectory();
        await using var first = await ServiceProcess.StartReadyAsync(directory);
        var link = Path.Combine(directory.Path, "link.db");
        File.CreateSymbolicLink(link, directory.Database);
        await using var second = ServiceProcess.Start(directory, ("DATABASE_URL", $"sqlite:///{link}"));

        (await second.WaitForExitAsync()).Should().Be(1);

        second.Errors.Should().Contain("in use by another process");
    }

    [Test]
    public async Task Service_RefusesToStart_AndChangesNothing_WhenTheFileIsOfSomethingElse()
    {
        using var directory = new TempDirectory();
        DatabaseFile.Execute(directory, "CREATE TABLE transactions (a); INSERT INTO transactions VALUES (1)");
        var before = await File.ReadAllBytesAsync(directory.Database);
        await using var service = ServiceProcess.Start(directory);

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Should().Contain("is a database of another program").And.NotContain("\n");
        (await File.ReadAllBytesAsync(directory.Database)).Should().Equal(before);
        (await ServiceProcess.RunAsync(["check"], directory)).Should().Be((1, "it is a database of another program\n"));
    }

    [Test]
    public async Task Service_RefusesToStart_WhenAnotherProcessHasTheFile()
    {
        using var directory = new TempDirectory();
        await using var first = await ServiceProcess.StartReadyAsync(directory);
        await using var second = ServiceProcess.Start(directory);

        (await second.WaitForExitAsync()).Should().NotBe(0);

        second.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(directory.Database);
        (await first.Client.GetStringAsync("/")).Should().Contain("HEALTHY");
    }

    [Test]
    public async Task Service_ObeysItsEnvironment_WhenStarted()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("ENVIRONMENT", "local"), ("Processing__Delay", "00:00:00.2"));

        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));

        ((int)response.StatusCode).Should().Be(202);
        service.Output.Should().Contain("Development");
        await Eventually.HoldsAsync(
            () => DatabaseFile.Count(directory, "status = 'PROCESSED'") == 1, "the short delay is in effect");
    }
}
