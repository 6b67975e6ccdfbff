using System.Collections.Concurrent;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

[NonParallelizable]
[Category("Long")]
internal sealed class SwaggerPageTests
{
    [Test]
    public async Task Page_LoadsUnderItsPolicy_WithoutAComplaint()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);
        var browser = await BrowserOfThisRun.GetAsync();
        await using var window = await browser.NewContextAsync();
        var page = await window.NewPageAsync();
        ConcurrentQueue<string> complaints = [];
        page.Console += (_, message) => complaints.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Enqueue(error);

        await page.GotoAsync(new Uri(service.Client.BaseAddress!, "/swagger/index.html").ToString());
        await page.Locator(".opblock").First.WaitForAsync();

        (await page.Locator(".topbar .link").InnerTextAsync()).Should().Be("Transaction webhook service");
        complaints.Should().BeEmpty();
    }
}
