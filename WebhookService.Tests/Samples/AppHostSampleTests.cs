using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Samples;

/// <summary>samples/AppHost builds, and describes the service and its database.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class AppHostSampleTests
{
    [Test]
    public async Task Manifest_ConnectsTheServiceToItsDatabase()
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "manifest.json");
        await BuiltSample.DotnetAsync(Path.Combine(SourceTree.Root, "samples", "AppHost"), "build", "-v", "quiet");

        await BuiltSample.DotnetAsync(
            directory.Path,
            Path.Combine(SourceTree.Root, "artifacts", "bin", "AppHost", "debug", "AppHost.dll"), "--publisher", "manifest", "--output-path", file);

        var resources = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("resources");
        var variables = resources.GetProperty("webhook-service").GetProperty("env");
        variables.GetProperty("DATABASE_URL").GetString().Should().StartWith("postgresql://postgres:").And.EndWith("/webhooks");
        variables.GetProperty("PORT").GetString().Should().Be("{webhook-service.bindings.http.targetPort}");
        resources.GetProperty("postgres").GetProperty("type").GetString().Should().Be("container.v0");
    }
}
