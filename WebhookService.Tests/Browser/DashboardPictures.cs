using System.Globalization;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>Takes the pictures of the documentation from the demo, into the directory WEBHOOK_TEST_PICTURES.</summary>
[Explicit("It makes pictures, and proves nothing.")]
[NonParallelizable]
[Category("Long")]
internal sealed class DashboardPictures
{
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_PICTURE_SECONDS") ?? "60", CultureInfo.InvariantCulture));

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    [Test]
    public async Task Take()
    {
        var pictures = Directory.CreateDirectory(Environment.GetEnvironmentVariable("WEBHOOK_TEST_PICTURES") ?? "pictures").FullName;
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start([], ["demo"], directory, [("TMPDIR", directory.Path)]);
        await service.WaitUntilReadyAsync();

        // A browser that starts takes the processor from the service, and that is not what the picture is about.
        await BrowserOfThisRun.GetAsync();
        await Task.Delay(Lead, TimeProvider.System, CancellationToken.None);

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var (width, height) in new[] { (1_600, 1_000), (400, 1_000) })
            {
                await using var ops = await (await OpsPage.OpenAsync(service, scheme, width, height)).LiveAsync();
                await ops.HasRowsAsync(25);
                await ops.SeesAsync("#instances", "this one");
                await Task.Delay(Settling, TimeProvider.System, CancellationToken.None);
                var name = $"{width}-{scheme}".ToLowerInvariant();
                await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"{name}.png") });
                await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"{name}-full.png"), FullPage = true });
                await ops.Page.GetByLabel("Status", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("FAILED");
                await ops.SeesAsync("#rows", "FAILED");
                await ops.Rows.First.GetByRole(AriaRole.Button).ClickAsync();
                await ops.SeesAsync("#detail-body", "REJECTED");
                await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"{name}-detail.png") });
            }
        }

        (await service.TerminateAsync()).Should().Be(0);
    }
}
