using System.Net;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Samples;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Deploy;

/// <summary>The service as a tool of the SDK.</summary>
internal sealed class ToolTests
{
    private const string Command = "webhook-service";

    // One of them protects against requests that a proxy reads differently; a host does not inherit them.
    [Test]
    public void Tool_RunsWithTheHostSettingsOfTheService()
    {
        var service = Load("WebhookService.Api/WebhookService.Api.csproj");
        var tool = Load("deploy/tool/WebhookService.Tool.csproj");

        Options(service).Should().NotBeEmpty();
        Options(tool).Should().Equal(Options(service));
        tool.Descendants("ServerGarbageCollection").Single().Value.Should().Be(service.Descendants("ServerGarbageCollection").Single().Value);
    }

    [Test]
    [Category("Long")]
    [NonParallelizable]
    public async Task Tool_Serves_WhenInstalledFromItsPackage()
    {
        using var directory = new TempDirectory();
        var feed = Path.Combine(directory.Path, "feed");
        var tools = Path.Combine(directory.Path, "tools");
        await BuiltSample.DotnetAsync(SourceTree.Root, "pack", "deploy/tool", "--no-restore", "-c", "Debug", "-v", "quiet", "-o", feed);
        await BuiltSample.DotnetAsync(
            directory.Path, "tool", "install", "WebhookService.Tool", "--tool-path", tools, "--add-source", feed, "--prerelease", "--no-cache");
        var program = Path.Combine(tools, Command);

        var (exitCode, version) = await Tool.RunAsync([program, "--version"], directory.Path);
        await using var service = ServiceProcess.StartProgram([program], directory, []);
        await service.WaitUntilReadyAsync();
        using var accepted = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("txn")));

        exitCode.Should().Be(0, version);
        version.Should().StartWith($"{Load("Directory.Build.props").Descendants("Version").Single().Value}");
        accepted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        Directory.EnumerateFiles(tools, "*msalruntime*", SearchOption.AllDirectories).Should().BeEmpty("the service signs in without it");
        (await service.TerminateAsync()).Should().Be(0);
    }

    private static XDocument Load(string file) => XDocument.Load(Path.Combine(SourceTree.Root, file));

    private static string[] Options(XDocument project) =>
    [
        .. project.Descendants("RuntimeHostConfigurationOption")
            .Select(option => $"{option.Attribute("Include")!.Value}={option.Attribute("Value")!.Value}").Order(),
    ];
}
