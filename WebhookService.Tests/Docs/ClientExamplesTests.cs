using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Docs;

/// <summary>The examples of docs/clients.md, taken out of the page and run.</summary>
[Category("Long")]
internal sealed class ClientExamplesTests
{
    private const string Page = "docs/clients.md";

    private static IEnumerable<TestCaseData> Examples =>
    [
        Example("send.sh", "bash"),
        Example("send.py", "python3"),
        Example("send.mjs", "node"),
        Example("send.cs", "dotnet", "run"),
    ];

    [TestCaseSource(nameof(Examples))]
    public async Task Example_SendsATransaction_WhenItsSecretIsRight(string file, string[] command)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, TestSecrets.Settings);
        var example = Write(directory, file, command);
        var address = service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        var wrong = await RunAsync(example, directory, address, TestSecrets.OtherWebhook);
        var stored = DatabaseFile.Count(directory);
        var first = await RunAsync(example, directory, address, TestSecrets.Webhook);
        var second = await RunAsync(example, directory, address, TestSecrets.Webhook);

        wrong.ExitCode.Should().Be(1, wrong.Output);
        wrong.Output.Should().Contain("401");
        stored.Should().Be(0);
        first.ExitCode.Should().Be(0, first.Output);
        first.Output.Should().Contain("202").And.Contain("\"duplicate\":false");
        second.ExitCode.Should().Be(0, second.Output);
        second.Output.Should().Contain("202").And.Contain("\"duplicate\":true").And.NotContain("conflict");
        DatabaseFile.Count(directory, "amount = '150.50' AND source_account = 'acc_übung'").Should().Be(1);
    }

    [TestCaseSource(nameof(Examples))]
    public async Task Example_SendsTheSameAgain_WhenToldToComeBackLater(string file, string[] command)
    {
        using var directory = new TempDirectory();
        await using var server = await ScriptedApi.StartAsync();
        server.Answer = AnswerLaterAsync;
        var example = Write(directory, file, command);

        var (exitCode, output) = await RunAsync(
            example, directory, new Uri(server.Url).GetLeftPart(UriPartial.Authority), TestSecrets.Webhook);

        exitCode.Should().Be(0, output);
        var calls = server.Calls.ToArray();
        calls.Should().HaveCount(2);
        calls.Should().OnlyContain(call => call.Body == Body && IsSigned(call));
        calls.Select(call => call.Headers["webhook-id"]).Distinct().Should().ContainSingle();
        (calls[1].At - calls[0].At).Should().BeGreaterThan(TimeSpan.FromSeconds(1.9), "Retry-After said so");
    }

    // Characters beyond ASCII show who signs the bytes that are sent.
    private static string Body => Payment.Json(id: "txn_client_1", source: "acc_übung").Replace(
        "\\u00FC", "ü", StringComparison.Ordinal);

    private static async Task AnswerLaterAsync(ScriptedApi.Call call, HttpContext http)
    {
        http.Response.Headers.RetryAfter = call.Number == 1 ? "2" : default;
        await ScriptedApi.StatusAsync(http, call.Number == 1 ? 503 : 202, "{}");
    }

    private static bool IsSigned(ScriptedApi.Call call) =>
        WebhookSignature.TryReadSecret(TestSecrets.Webhook, out var key)
        && WebhookSignature.Verify(
            [key],
            call.Headers["webhook-id"],
            call.Headers["webhook-timestamp"],
            Encoding.UTF8.GetBytes(call.Body),
            call.Headers["webhook-signature"]);

    private static TestCaseData Example(string file, params string[] command) =>
        new TestCaseData(file, command).SetArgDisplayNames(file);

    private static string[] Write(TempDirectory directory, string file, string[] command)
    {
        if (!Tool.IsThere(command[0]))
        {
            Assert.Ignore($"No {command[0]} on this machine.");
        }

        var path = Path.Combine(directory.Path, file);
        File.WriteAllText(path, new MarkdownPage(Page).Program(file));
        return [.. command, path];
    }

    private static Task<(int ExitCode, string Output)> RunAsync(
        string[] example, TempDirectory directory, string address, string secret) =>
        Tool.RunAsync(
            [.. example, Body],
            directory.Path,
            ("WEBHOOK_URL", address),
            ("WEBHOOK_SECRET", secret),
            ("DOTNET_NOLOGO", "1"),
            ("LANG", "C.UTF-8"));
}
