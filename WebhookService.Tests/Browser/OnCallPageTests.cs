using Deque.AxeCore.Playwright;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>What an operator on call does on the dashboard, by keyboard: pause, resume, retry a group, and see who did it.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class OnCallPageTests
{
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [TestCase(ColorScheme.Dark, 400)]
    public async Task Operator_PausesRetriesAGroupAndResumes(ColorScheme scheme, int width)
    {
        await BrowserOfThisRun.GetAsync();
        var isDown = true;
        await using var bank = await ScriptedApi.StartAsync();
        bank.Answer = (_, http) => isDown
            ? ScriptedApi.StatusAsync(http, StatusCodes.Status422UnprocessableEntity, "The account is closed.")
            : ScriptedApi.StatusAsync(http, StatusCodes.Status200OK);
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory, ("ExternalApi__Url", bank.Url), ("Dashboard__SampleInterval", "00:00:00.300"));
        await new Load(service.Client, "txn").PostAsync(3, connections: 1);
        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'FAILED'") == 3, "all have failed");
        await using var ops = await (await OpsPage.OpenAsync(service, scheme, width)).LiveAsync();

        await PressAsync(ops, "Pause processing");
        await ops.Page.Locator("#confirm-input").FillAsync("The acquirer <b>is</b> down.");
        await PressAsync(ops, "Pause");
        await ops.SeesAsync("#processing-state", "Paused by anybody");
        await ops.SeesAsync("#processing-state", "The acquirer <b>is</b> down.");
        await ops.Page.Locator("#paused").WaitForAsync();
        (await service.Client.GetStringAsync("/metrics")).Should().MatchRegex("webhook_processing_paused\\{.*\\} 1");
        isDown = false;
        await PressAsync(ops, "Retry group");
        await ops.SeesAsync("#confirm-text", "3 transactions of transactions that failed with");
        await ops.Page.Locator("#confirm-input").FillAsync("The account is open again.");
        await PressAsync(ops, "Retry");
        await ops.SeesAsync("#failures-status", "3 are being processed again.");
        await ops.SeesAsync("#audit", "The account is open again.");
        (await ops.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_PICTURES") is { Length: > 0 } pictures)
        {
            await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"oncall-{width}.png"), FullPage = true });
        }

        DatabaseFile.Count(_directory, "status = 'PROCESSING'").Should().Be(3, "processing is paused");
        await PressAsync(ops, "Resume processing");
        await PressAsync(ops, "Resume");
        await ops.SeesAsync("#processing-state", "Running.");

        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'PROCESSED'") == 3, "all are processed");
        DatabaseFile.Strings(_directory, "SELECT action FROM audit ORDER BY id").Should().Equal("pause", "retry", "resume");
    }

    // Exact, since one name is the beginning of another.
    internal static async Task PressAsync(OpsPage ops, string name)
    {
        var button = ops.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
        await button.WaitForAsync();
        await button.FocusAsync();
        await ops.Page.Keyboard.PressAsync("Enter");
    }
}
