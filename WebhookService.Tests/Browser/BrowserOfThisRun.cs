using Microsoft.Playwright;
using NUnit.Framework;

namespace WebhookService.Tests.Browser;

/// <summary>One browser for all tests that need one, started when the first of them does.</summary>
[SetUpFixture]
internal sealed class BrowserOfThisRun
{
    private const string Executable = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--no-first-run", "--disable-sync", "--disable-quic",
    ];

    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> Started = new(StartAsync);

    /// <summary>The browser; skips the test where there is none.</summary>
    public static async Task<IBrowser> GetAsync()
    {
        if (!File.Exists(Executable))
        {
            Assert.Ignore($"There is no {Executable}.");
        }

        return (await Started.Value).Browser;
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            var (playwright, browser) = await Started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = Arguments };
        return (playwright, await playwright.Chromium.LaunchAsync(options));
    }
}
