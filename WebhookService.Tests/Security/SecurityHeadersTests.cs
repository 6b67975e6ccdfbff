using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

internal sealed class SecurityHeadersTests
{
    [TestCase("/", "default-src 'none'; frame-ancestors 'none'")]
    [TestCase("/v1/transactions", "default-src 'none'; frame-ancestors 'none'")]
    [TestCase("/nowhere", "default-src 'none'; frame-ancestors 'none'")]
    [TestCase("/swagger/index.html", "script-src 'self'; style-src 'self';")]
    [TestCase("/swagger/signing.js", "script-src 'self'; style-src 'self';")]
    [TestCase("/dashboard/", "script-src 'self'; style-src 'self';")]
    [TestCase("/dashboard/vendor/uplot/uPlot.iife.min.js", "script-src 'self'; style-src 'self';")]
    public async Task Answers_TellBrowsersToTrustNothing(string path, string policy)
    {
        await using var app = new WebhookApp();

        using var answer = await app.Client.GetAsync(path);

        answer.Headers.GetValues("Content-Security-Policy").Single().Should().Contain(policy).And.NotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.Should().NotContainKey("Server");
    }

    // The page runs under that policy: nothing of it stands in the page itself.
    [TestCase("/swagger/index.html")]
    [TestCase("/dashboard/")]
    public async Task Pages_HaveNoScriptOrStyleInline(string path)
    {
        await using var app = new WebhookApp();

        var page = await app.GetStringAsync(path);

        page.Should().NotMatchRegex(@"<script[^>]*>[^<\s]").And.NotContain("<style").And.NotContain(" style=").And.NotMatchRegex(@"<[^>]* on\w+=");
    }

    [Test]
    public async Task Document_ShowsWhatOpensEachDoor_WhenItIsLocked()
    {
        await using var locked = new WebhookApp(TestSecrets.Settings);
        await using var open = new WebhookApp();

        (await locked.GetStringAsync("/swagger/v1/swagger.json")).Should()
            .Contain("\"bearer\"").And.Contain("X-Api-Key").And.Contain("\"webhook-signature\"").And.Contain("\"security\"");
        (await open.GetStringAsync("/swagger/v1/swagger.json")).Should().NotContain("\"security\"").And.NotContain("X-Api-Key");
    }
}
