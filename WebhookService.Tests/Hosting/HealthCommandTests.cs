using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Hosting;

[Category("Long")]
internal sealed class HealthCommandTests
{
    [TestCase("live")]
    [TestCase("ready")]
    public async Task Health_Succeeds_WhenTheServiceIsWell(string probe)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);

        var (exitCode, output) = await RunAsync(["health", probe], Port(service));

        exitCode.Should().Be(0);
        output.TrimEnd().Should().Be("200 Healthy");
    }

    [Test]
    public async Task Health_Fails_WhenNothingListens()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();

        var (exitCode, output) = await RunAsync(["health"], port.ToString(CultureInfo.InvariantCulture));

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith($"No answer on port {port}: ").And.NotContain("\n");
    }

    [Test]
    public async Task Health_Fails_WhenTheAnswerDoesNotCome()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;

        var (exitCode, output) = await RunAsync(["health"], port.ToString(CultureInfo.InvariantCulture));

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith($"No answer on port {port}: ").And.NotContain("\n");
    }

    [Test]
    public async Task Health_TellsAliveFromReady_WhenTheDatabaseIsAway()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            directory, ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"));
        await Eventually.HoldsAsync(service.IsAliveAsync, "it listens");

        var live = await RunAsync(["health", "live"], Port(service));
        var ready = await RunAsync(["health", "ready"], Port(service));

        live.ExitCode.Should().Be(0);
        ready.ExitCode.Should().Be(1);
        ready.Output.TrimEnd().Should().StartWith("503 Unhealthy").And.NotContain("\n");
    }

    [TestCase("pay.example.com")]
    [TestCase("*.example.com;other")]
    public async Task Health_AsksForAnAllowedName_WhenOthersAreRefused(string allowed)
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(directory, ("AllowedHosts", allowed));

        await Eventually.HoldsAsync(
            async () => (await RunAsync(["health", "ready"], Port(service), ("AllowedHosts", allowed))).ExitCode == 0,
            "the probe gets through");

        using var refused = await service.Client.GetAsync("/health/ready");
        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [TestCase("8000", "health", "well")]
    [TestCase("8000", "health", "live", "ready")]
    [TestCase("http", "health")]
    public async Task Health_SaysHowItIsUsed_WhenAskedWrongly(string port, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments, port);

        exitCode.Should().Be(1);
        output.TrimEnd().Should().MatchRegex("^(Usage: health|PORT must be)").And.NotContain("\n");
    }

    // Without settings and a database: what it is given names none that could be opened.
    private static async Task<(int ExitCode, string Output)> RunAsync(
        string[] arguments, string port, params (string Key, string Value)[] settings)
    {
        using var directory = new TempDirectory();
        var result = await ServiceProcess.RunAsync(
            arguments,
            directory,
            [("PORT", port), ("DATABASE_URL", "nowhere"), ("http_proxy", "http://127.0.0.1:1"), .. settings]);
        Directory.EnumerateFileSystemEntries(directory.Path).Should().BeEmpty();
        return result;
    }

    private static string Port(ServiceProcess service) =>
        service.Client.BaseAddress!.Port.ToString(CultureInfo.InvariantCulture);
}
