using Deque.AxeCore.Playwright;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Webhooks;

namespace WebhookService.Tests.Browser;

/// <summary>The sources and the quarantine on the dashboard.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class SourcesTests
{
    private const string Hostile = """{"event":"payment.captured","note":"<img src=x onerror=alert(1)>","payload":{}}""";

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Quarantine_IsShownReplayedAndDeleted_FromThePage()
    {
        await BrowserOfThisRun.GetAsync();
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory, [.. SignedBodies.Settings, ("Dashboard__SampleInterval", "00:00:00.300"), ("Processing__Delay", "00:00:00")]);
        await SendAsync(service, SignedBodies.Razorpay(Hostile));
        await SendAsync(service, SignedBodies.Stripe(SignedBodies.StripePayment("pi_1"), TimeProvider.System.GetUtcNow()));
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        ops.Expected = ["status of 409"];

        await ops.SeesAsync("#sources", "razorpay");
        await ops.SeesAsync("#quarantine", "payment.captured");
        await ops.Page.Locator("#quarantine").GetByText("Show the body").ClickAsync();
        await ops.SeesAsync("#quarantine pre", "<img src=x onerror=alert(1)>");
        await CheckAsync(ops);
        await ops.Page.Locator("#quarantine").GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await ops.SeesAsync("#quarantine-status", "finds no text or number");
        await ops.Page.Locator("#quarantine").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await ops.SeesAsync("#confirm-text", "razorpay");
        await ops.Page.Locator("#confirm-yes").ClickAsync();
        await Eventually.HoldsAsync(
            () => DatabaseFile.Strings(_directory, "SELECT source FROM quarantine").Count == 0, "it is deleted");

        await ops.Rows.First.GetByRole(AriaRole.Button).ClickAsync();
        await ops.SeesAsync("#detail-body", "payment_intent.succeeded");
        await ops.Page.Locator("#detail-body").GetByText("Show the body").ClickAsync();
        await ops.SeesAsync("#detail-body pre", "\"amount_received\": 2000");
        await CheckAsync(ops);
    }

    private static async Task CheckAsync(OpsPage ops) => (await ops.Page.RunAxe()).Violations
        .Where(violation => violation.Impact is "serious" or "critical")
        .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();

    private static async Task SendAsync(ServiceProcess service, HttpRequestMessage request)
    {
        using (request)
        using (var response = await service.Client.SendAsync(request))
        {
            response.IsSuccessStatusCode.Should().BeTrue();
        }
    }
}
