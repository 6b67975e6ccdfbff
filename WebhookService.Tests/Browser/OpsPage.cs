using System.Collections.Concurrent;
using System.Globalization;
using FluentAssertions;
using Microsoft.Playwright;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>The operators' page, open in a browser window of its own; everything its console says is kept.</summary>
internal sealed class OpsPage : IAsyncDisposable
{
    private const int Patience = 30_000;

    private readonly IBrowserContext _window;

    private OpsPage(IBrowserContext window, IPage page)
    {
        _window = window;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings, such as what the content security policy has stopped.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>What is complained about since the test is about it.</summary>
    public string[] Expected { get; set; } = [];

    public ILocator Rows => Page.Locator("#rows tr");

    public static async Task<OpsPage> OpenAsync(
        ServiceProcess service, ColorScheme scheme = ColorScheme.Light, int width = 1_600, int height = 1_200)
    {
        var browser = await BrowserOfThisRun.GetAsync();
        var window = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = service.Client.BaseAddress!.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
        });
        window.SetDefaultTimeout(Patience);
        var page = new OpsPage(window, await window.NewPageAsync());
        await page.Page.GotoAsync("/dashboard");
        return page;
    }

    /// <summary>Waits until figures come in.</summary>
    public async Task<OpsPage> LiveAsync()
    {
        await SeesAsync("#connection", "Live");
        await Page.Locator(".tile").First.WaitForAsync();
        return this;
    }

    /// <summary>Waits until something on the page says this.</summary>
    public Task SeesAsync(string selector, string text) =>
        Page.Locator(selector).GetByText(text).Or(Page.Locator(selector, new PageLocatorOptions { HasTextString = text })).First.WaitForAsync();

    /// <summary>Waits until the list has so many rows.</summary>
    public Task HasRowsAsync(int count) => Eventually.HoldsAsync(
        async () => await Rows.CountAsync() == count, $"the list has {count} rows");

    /// <summary>The figure of a tile.</summary>
    public async Task<double> FigureAsync(string label)
    {
        var text = await Page.Locator(".tile", new PageLocatorOptions { HasTextString = label }).Locator(".value").InnerTextAsync();
        return double.TryParse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var figure)
            ? figure
            : double.NaN;
    }

    public async Task SearchAsync(string field, string text)
    {
        await Page.GetByLabel(field, new PageGetByLabelOptions { Exact = true }).FillAsync(text);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Search" }).ClickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _window.DisposeAsync();
        Complaints.Where(text => !Expected.Any(expected => text.Contains(expected, StringComparison.Ordinal))).Should().BeEmpty();
    }
}
