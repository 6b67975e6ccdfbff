using System.Net;
using Deque.AxeCore.Playwright;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>The operators' page in a real browser, on a real process. Each page must end without a complaint.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class DashboardTests
{
    private readonly TempDirectory _directory = new();
    private volatile bool _refuses = true;

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Page_LoadsUnderItsPolicy_AndItsFiguresMove()
    {
        await using var service = await StartAsync(("Processing__Delay", "00:00:00.5"));
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();

        await new Load(service.Client, "txn").PostAsync(200, connections: 4);

        await Eventually.HoldsAsync(async () => await ops.FigureAsync("PROCESSED") >= 200, "all are shown as processed");
        await ops.HasRowsAsync(25);
        await ops.SeesAsync("#instances", "this one");
        (await ops.Page.Locator(".plot canvas").CountAsync()).Should().Be(3);
    }

    [Test]
    public async Task Search_FindsByIdAndByAccount()
    {
        await using var service = await StartAsync(("Processing__Delay", "00:00:00"));
        await PostAsync(service, "txn_a", "alice", "shop");
        await PostAsync(service, "txn_b", "bob", "shop");
        await PostAsync(service, "txn_c", "bob", "garage");
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        await ops.HasRowsAsync(3);
        ops.Expected = ["status of 404"];

        await ops.SearchAsync("Transaction id", "txn_b");
        await ops.HasRowsAsync(1);
        (await ops.Rows.InnerTextAsync()).Should().Contain("txn_b").And.Contain("bob").And.Contain("150.50 INR");
        await ops.SearchAsync("Transaction id", "txn_nobody");
        await ops.SeesAsync("#list-status", "Nothing matches.");
        await ops.SearchAsync("Transaction id", ".");
        await ops.SeesAsync("#list-problem", "No URL can contain");
        await ops.SearchAsync("Transaction id", "");
        await ops.SearchAsync("Source account", "bob");
        await ops.HasRowsAsync(2);
        await ops.SearchAsync("Destination account", "garage");
        await ops.HasRowsAsync(1);

        (await ops.Rows.InnerTextAsync()).Should().Contain("txn_c");
    }

    [Test]
    public async Task Pages_FollowEachOther_AndBack_AndTheFilterHolds()
    {
        await using var bank = await RefusingBankAsync();
        await using var service = await StartAsync(("ExternalApi__Url", bank.Url));
        await new Load(service.Client, "txn").PostAsync(60, connections: 2);
        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'FAILED'") == 60, "all have failed");
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        await ops.HasRowsAsync(25);
        var first = await ops.Rows.First.InnerTextAsync();

        await ClickAsync(ops, "Older");
        await ops.SeesAsync("#list-status", "Page 2");
        await ClickAsync(ops, "Older");
        await ops.SeesAsync("#list-status", "Page 3: 10 transactions");
        await ops.HasRowsAsync(10);
        (await ops.Page.Locator("#older").IsDisabledAsync()).Should().BeTrue("there is no page after it");
        await ClickAsync(ops, "Newer");
        await ClickAsync(ops, "Newer");
        await ops.SeesAsync("#list-status", "Page 1");
        (await ops.Rows.First.InnerTextAsync()).Should().Be(first);

        await ops.Page.GetByLabel("Status", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("PROCESSED");
        await ops.SeesAsync("#list-status", "Nothing matches.");
        await ops.Page.GetByLabel("Status", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("FAILED");
        await ops.HasRowsAsync(25);
        await ops.Page.GetByLabel("Received before").FillAsync("2020-01-01T00:00");
        await ops.SeesAsync("#list-status", "Nothing matches.");
        await ClickAsync(ops, "Clear");
        await ops.HasRowsAsync(25);
    }

    [Test]
    public async Task FailedTransaction_IsRetriedFromThePage()
    {
        await using var bank = await RefusingBankAsync();
        await using var service = await StartAsync(("ExternalApi__Url", bank.Url));
        await PostAsync(service, "txn_a", "alice", "<b>shop</b>");
        await PostAsync(service, "txn_a", "mallory", "shop");
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        await ops.SeesAsync("#rows", "FAILED");

        // By keyboard alone: the row is a button, and Enter opens it.
        await ops.Rows.First.GetByRole(AriaRole.Button).FocusAsync();
        await ops.Page.Keyboard.PressAsync("Enter");
        await ops.SeesAsync("#detail-body", "The account is closed.");
        await ops.SeesAsync("#detail-body", "<b>shop</b>");
        await ops.SeesAsync("#detail-body", "mallory");
        _refuses = false;
        await ops.Page.Locator("#detail-actions button.primary").ClickAsync();
        await ops.SeesAsync("#confirm-text", "txn_a, 150.50 INR");
        await ops.Page.Locator("#confirm-no").ClickAsync();
        bank.Calls.Should().HaveCount(1, "it was not confirmed");
        await ops.Page.Locator("#detail-actions button.primary").ClickAsync();
        await ops.Page.Locator("#confirm-yes").ClickAsync();

        await ops.SeesAsync("#detail-body", "PROCESSED");
        await ops.SeesAsync("#detail-body", "SUCCEEDED");
        (await ops.Page.Locator("#detail-actions button").CountAsync()).Should().Be(0, "it is not FAILED any more");
        await ops.Page.Keyboard.PressAsync("Escape");
        (await ops.Page.Locator("#detail").IsVisibleAsync()).Should().BeFalse();
    }

    [Test]
    public async Task AllThatFailed_AreRetriedFromThePage_CallByCall()
    {
        await using var bank = await RefusingBankAsync();
        await using var service = await StartAsync(
            ("ExternalApi__Url", bank.Url),
            ("Operations__RetryBatch", "2"),
            ("Operations__RetryDuration", "00:00:00.1"),
            ("Operations__RetriesPerSecond", "20"));
        for (var i = 0; i < 8; i++)
        {
            await PostAsync(service, $"txn_{i}", i < 6 ? "mine" : "other", "shop");
        }

        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'FAILED'") == 8, "all have failed");
        _refuses = false;
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        await ops.SearchAsync("Source account", "mine");
        await ops.HasRowsAsync(6);

        await ClickAsync(ops, "Retry all FAILED that match…");
        await ops.SeesAsync("#confirm-title", "Retry 6 transactions?");
        await ops.SeesAsync("#confirm-text", "from mine");
        await ops.Page.Locator("#confirm-yes").ClickAsync();

        await ops.SeesAsync("#bulk-status", "6 are being processed again.");
        await Eventually.HoldsAsync(() => DatabaseFile.Count(_directory, "status = 'PROCESSED'") == 6, "those that match are processed");
        DatabaseFile.Count(_directory, "status = 'FAILED'").Should().Be(2);
    }

    [Test]
    public async Task ReadKey_ShowsEverything_AndRetriesNothing()
    {
        await using var bank = await RefusingBankAsync();
        await using var service = await StartAsync([("ExternalApi__Url", bank.Url), .. TestSecrets.Settings[1..]]);
        await PostAsync(service, "txn_a", "alice", "shop");
        await using var ops = await OpsPage.OpenAsync(service);
        ops.Expected = ["status of 401", "status of 403"];

        await EnterAsync(ops, "whk_wrong");
        await ops.SeesAsync("#signin-error", "This key is not valid.");
        await EnterAsync(ops, TestSecrets.ReadKey);
        await ops.LiveAsync();
        await ops.SeesAsync("#who", "reader (read)");
        await ops.SeesAsync("#rows", "FAILED");
        await ops.Rows.First.GetByRole(AriaRole.Button).ClickAsync();
        await ops.SeesAsync("#detail-body", "The account is closed.");

        (await ops.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameString = "Retry", IncludeHidden = true }).CountAsync())
            .Should().Be(0);
        (await ops.Page.EvaluateAsync<int>(
            """
            () => fetch('/v1/transactions/txn_a/retry', {
              method: 'POST', headers: { Authorization: 'Bearer ' + sessionStorage.getItem('webhook-api-key') },
            }).then(answer => answer.status)
            """)).Should().Be(403);
        (await ops.Page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length")).Should().Be(0);
        await ops.Page.Keyboard.PressAsync("Escape");
        await ClickAsync(ops, "Sign out");
        (await ops.Page.Locator("#signin").IsVisibleAsync()).Should().BeTrue();
        (await ops.Page.EvaluateAsync<int>("() => sessionStorage.length")).Should().Be(0);

    }

    [Test]
    public async Task Page_ConnectsAgain_WhenTheServiceWasGone()
    {
        await using var service = await StartAsync(("Processing__Delay", "00:00:00"));
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        ops.Expected = ["net::ERR"];
        var port = service.Client.BaseAddress!.Port;

        (await service.TerminateAsync()).Should().Be(0, "open streams do not hold up a stop");
        await ops.SeesAsync("#connection", "Connection lost");
        await using var next = await StartAsync(("PORT", $"{port}"));

        await ops.SeesAsync("#connection", "Live");
    }

    // Contrast depends on the scheme, and the layout on the width.
    [TestCase(ColorScheme.Light, 1_600)]
    [TestCase(ColorScheme.Dark, 400)]
    public async Task Page_IsAccessible_AndFitsItsWindow(ColorScheme scheme, int width)
    {
        await using var bank = await RefusingBankAsync();
        await using var service = await StartAsync(("ExternalApi__Url", bank.Url));
        await PostAsync(service, new string('x', 64), "alice", "shop");
        await PostAsync(service, "txn_a", new string('a', 64), new string('b', 64));
        await using var ops = await (await OpsPage.OpenAsync(service, scheme, width)).LiveAsync();
        await ops.HasRowsAsync(2);

        await CheckAsync(ops);
        await ops.Rows.First.GetByRole(AriaRole.Button).ClickAsync();
        await ops.SeesAsync("#detail-body", "The account is closed.");
        await CheckAsync(ops);
        await ops.Page.Locator("#detail-actions button.primary").ClickAsync();
        await ops.SeesAsync("#confirm-title", "Retry this transaction?");
        await CheckAsync(ops);
    }

    private static async Task CheckAsync(OpsPage ops)
    {
        var found = await ops.Page.RunAxe();
        found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();
        (await ops.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
    }

    private static Task ClickAsync(OpsPage ops, string button) =>
        ops.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameString = button, Exact = true }).ClickAsync();

    private static async Task EnterAsync(OpsPage ops, string key)
    {
        await ops.Page.Locator("#key").FillAsync(key);
        await ClickAsync(ops, "Open");
    }

    private static async Task PostAsync(ServiceProcess service, string id, string source, string destination)
    {
        using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id, source, destination)));
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    // Where there is no browser, nothing is started for it either.
    private async Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        await BrowserOfThisRun.GetAsync();
        return await ServiceProcess.StartReadyAsync(_directory, [("Dashboard__SampleInterval", "00:00:00.300"), .. settings]);
    }

    private async Task<ScriptedApi> RefusingBankAsync()
    {
        var bank = await ScriptedApi.StartAsync();
        bank.Answer = (_, http) => _refuses
            ? ScriptedApi.StatusAsync(http, StatusCodes.Status422UnprocessableEntity, "The account is closed.")
            : Task.CompletedTask;
        return bank;
    }
}
