using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Docs;

/// <summary>The OpenAPI document: the one in docs/ is the one that is served.</summary>
/// <remarks>WEBHOOK_TEST_OPENAPI=write renews the one in docs/.</remarks>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OpenApiTests
{
    private static readonly string Kept = Path.Combine(SourceTree.Root, "docs", "openapi.json");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private JsonNode _served = null!;

    [OneTimeSetUp]
    public async Task ReadAsync()
    {
        using var app = new WebhookApp(TestSecrets.Settings);
        _served = JsonNode.Parse(await app.GetStringAsync("/swagger/v1/swagger.json"))!;
    }

    [Test]
    public async Task Document_IsTheOneInDocs()
    {
        var served = _served.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_OPENAPI") == "write")
        {
            await File.WriteAllTextAsync(Kept, served);
        }

        (await File.ReadAllTextAsync(Kept)).Should().Be(served);
    }

    [Test]
    public void EachCall_HasANameADescriptionAndAGroup()
    {
        foreach (var (path, operation) in Operations())
        {
            ((string?)operation["operationId"]).Should().NotBeNullOrEmpty(path);
            ((string?)operation["summary"]).Should().NotBeNullOrEmpty(path);
            ((string?)operation["description"]).Should().NotBeNullOrEmpty(path);
            operation["tags"]!.AsArray().Should().ContainSingle(path);
        }
    }

    [Test]
    public void EachAnswer_HasAnExample_AndProblemsAreProblems()
    {
        foreach (var (path, operation) in Operations())
        {
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                if (status == "204")
                {
                    response!["content"].Should().BeNull($"{path} answers without a body");
                    continue;
                }

                var (mediaType, media) = response!["content"]!.AsObject().Single();
                (media!["example"] ?? media["examples"]).Should().NotBeNull($"{path} {status} has an example");
                if (status[0] is '4' or '5' && path != "/")
                {
                    mediaType.Should().Be("application/problem+json", $"{path} {status}");
                    ((string?)media["example"]!["title"]).Should().NotBeNullOrEmpty();
                }
            }
        }
    }

    [Test]
    public async Task Document_HasNothingThatALinterFinds()
    {
        if (!Tool.IsThere("npx"))
        {
            Assert.Ignore("npx (of Node.js) is not installed.");
        }

        var (exitCode, output) = await Tool.RunAsync(
            ["npx", "--yes", "@redocly/cli@2.77.0", "lint", "docs/openapi.json", "--config", "docs/redocly.yaml"],
            SourceTree.Root, ("REDOCLY_TELEMETRY", "off"));

        exitCode.Should().Be(0, output);
        output.Should().Contain("Your API description is valid").And.NotContain("with warnings");
    }

    private IEnumerable<(string Path, JsonNode Operation)> Operations() =>
        from path in _served["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Value!);
}
