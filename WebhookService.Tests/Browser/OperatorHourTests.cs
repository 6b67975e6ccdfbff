using Deque.AxeCore.Playwright;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using static WebhookService.Tests.Browser.OnCallPageTests;

namespace WebhookService.Tests.Browser;

/// <summary>An hour of an operator, by keyboard: from a failing external system to an erased account.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class OperatorHourTests
{
    private const string Poison = "The amount <i>is</i> odd.";

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [TestCase(ColorScheme.Light, 1_600)]
    [TestCase(ColorScheme.Dark, 400)]
    public async Task Operator_RepairsAnHourOfFailures(ColorScheme scheme, int width)
    {
        await BrowserOfThisRun.GetAsync();
        var isDown = true;
        await using var bank = await ScriptedApi.StartAsync();
        bank.Answer = (call, http) => (call.Body.Contains("poison", StringComparison.Ordinal), isDown) switch
        {
            (true, _) => ScriptedApi.StatusAsync(http, StatusCodes.Status422UnprocessableEntity, Poison),
            (_, true) => ScriptedApi.StatusAsync(http, StatusCodes.Status400BadRequest, "The bank is closed."),
            _ => ScriptedApi.StatusAsync(http, StatusCodes.Status200OK),
        };
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory, ("ExternalApi__Url", bank.Url), ("Dashboard__SampleInterval", "00:00:00.300"));
        await using var ops = await (await OpsPage.OpenAsync(service, scheme, width)).LiveAsync();
        await ops.SeesAsync("#list-empty", "curl -i");
        await CheckAsync(ops, "empty", width);
        await new Load(service.Client, "poison").PostAsync(3, connections: 1);
        await new Load(service.Client, "good").PostAsync(3, connections: 1);
        await FailedAsync(6);

        // The bank is back: what failed for that reason is retried, each with who did it and why.
        isDown = false;
        await ops.Page.GotoAsync("/dashboard#status=FAILED&failure_reason=closed");
        await ops.Page.ReloadAsync();
        await ops.SeesAsync("#list-status", "Page 1: 3 transactions of 3");
        await ops.Rows.First.GetByRole(AriaRole.Checkbox).FocusAsync();
        await ops.Page.Keyboard.PressAsync("Space");
        await PressAsync(ops, "Retry (1 chosen)");
        await PressAsync(ops, "Retry");
        await ops.SeesAsync("#bulk-status", "1 are being processed again.");
        await PressAsync(ops, "Retry all FAILED that match…");
        await ops.SeesAsync("#confirm-title", "Retry 2 transactions?");
        await ops.Page.Locator("#confirm-input").FillAsync("The bank is open.");
        await PressAsync(ops, "Retry");
        await ProcessedAsync(3);

        // The poison group needs nobody: it is dismissed, and one of it is looked at again.
        await ops.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "FAILED", Exact = true }).FocusAsync();
        await ops.Page.Keyboard.PressAsync("Enter");
        await ops.SeesAsync("#list-status", "Page 1: 3 transactions of 3");
        await ops.Page.ReloadAsync();
        await PressAsync(ops, "Dismiss group");
        await ops.SeesAsync("#confirm-text", $"{Poison}” will stay FAILED");
        await ops.Page.Locator("#confirm-input").FillAsync("Refunded by hand.");
        await PressAsync(ops, "Dismiss");
        await ops.SeesAsync("#failures-status", "3 are dismissed.");
        await Eventually.HoldsAsync(async () => await ops.FigureAsync("FAILED") == 0, "nothing needs attention");
        await ops.Page.GotoAsync("/dashboard#status=FAILED&dismissed=true");
        await ops.Page.ReloadAsync();
        await ops.HasRowsAsync(3);
        var id = (await ops.Rows.First.GetAttributeAsync("data-id"))!;
        await PressAsync(ops, id);
        await ops.SeesAsync("#detail-body", "Refunded by hand.");
        ops.Page.Url.Should().Contain($"transaction={id}");
        await CheckAsync(ops, "detail", width);
        await ops.Page.ReloadAsync();
        await ops.SeesAsync("#detail-body", "Refunded by hand.");
        await ops.Page.GoBackAsync();
        await ops.Page.Locator("#detail").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        await ops.Page.GoForwardAsync();
        await PressAsync(ops, "Take back the dismissal");
        await PressAsync(ops, "Take back");
        await ops.Page.Locator("#detail-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Dismiss", Exact = true })
            .WaitForAsync();
        await PressAsync(ops, "Retry");
        await ops.Page.Locator("#confirm-yes").FocusAsync();
        await ops.Page.Keyboard.PressAsync("Enter");
        await ops.SeesAsync("#detail-body", "Retried by anybody");
        await FailedAsync(3);
        await ops.Page.Keyboard.PressAsync("Escape");

        // What is left is exported; then an account asks to be forgotten.
        var export = await ops.Page.RunAndWaitForDownloadAsync(() => PressAsync(ops, "Export CSV"));
        export.SuggestedFilename.Should().Be("transactions.csv");
        (await File.ReadAllLinesAsync(await export.PathAsync())).Should().HaveCount(3, "a header and two that are dismissed");
        await ops.Page.GotoAsync("/dashboard#source_account=acc_user_789");
        await ops.Page.ReloadAsync();
        await ops.HasRowsAsync(6);
        await PressAsync(ops, "Erase this account…");
        await ops.SeesAsync("#confirm-text", "acc_user_789");
        await ops.Page.Locator("#confirm-input").FillAsync("Ticket 17.");
        await CheckAsync(ops, "erase", width);
        await PressAsync(ops, "Erase");
        await ops.SeesAsync("#bulk-status", "6 erased; 0 are not finished yet.");
        await ops.HasRowsAsync(0);
        await ops.SeesAsync("#audit", "Ticket 17.");
        await Eventually.HoldsAsync(async () => await ops.FigureAsync("FAILED") == 0, "nothing is left to retry");
        await CheckAsync(ops, "after", width);

        DatabaseFile.Count(_directory, "source_account <> '' OR failure_reason IS NOT NULL OR note IS NOT NULL").Should().Be(0);
        DatabaseFile.Strings(_directory, "SELECT action || ' ' || affected FROM audit ORDER BY id").Should().Equal(
            "retry 1", "retry 2", "dismiss 3", "undismiss 1", "retry 1", "erase 6");
    }

    private Task FailedAsync(int count) => Eventually.HoldsAsync(
        () => DatabaseFile.Count(_directory, "status = 'FAILED'") == count, $"{count} have failed");

    private Task ProcessedAsync(int count) => Eventually.HoldsAsync(
        () => DatabaseFile.Count(_directory, "status = 'PROCESSED'") == count, $"{count} are processed");

    private static async Task CheckAsync(OpsPage ops, string name, int width)
    {
        (await ops.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();
        (await ops.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_PICTURES") is { Length: > 0 } pictures)
        {
            await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"hour-{name}-{width}.png"), FullPage = true });
        }
    }
}
