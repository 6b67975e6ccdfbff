using System.Globalization;
using System.Net;
using System.Text;
using Deque.AxeCore.Playwright;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Browser;

/// <summary>The charts of the dashboard: their periods, by keyboard, and the failures.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class ChartsTests
{
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [TestCase(ColorScheme.Light, 1_600)]
    public async Task Periods_AreChosenByKeyboard_AndRemembered(ColorScheme scheme, int width)
    {
        await BrowserOfThisRun.GetAsync();
        await using var bank = await ScriptedApi.StartAsync();
        bank.Answer = (_, http) => ScriptedApi.StatusAsync(http, StatusCodes.Status422UnprocessableEntity, "The account is closed.");
        await using var service = await ServiceProcess.StartReadyAsync(
            _directory, ("ExternalApi__Url", bank.Url), ("Dashboard__SampleInterval", "00:00:00.300"));
        await using var ops = await (await OpsPage.OpenAsync(service, scheme, width)).LiveAsync();

        await SeesFailuresAsync(ops, () => new Load(service.Client, "txn").PostAsync(3, connections: 1));
        await CheckAsync(ops, "live", "Transactions per second: a chart of accepted, processed and failed", width);
        await ops.Page.Locator("#period input:checked").FocusAsync();
        await PressAsync(ops, "ArrowRight", "1h");
        await ops.SeesAsync("#charts-status", "Nothing is recorded yet.");

        DatabaseFile.Execute(_directory, Samples());
        await PressAsync(ops, "ArrowRight", "24h");
        await SeesFailuresAsync(ops, () => Task.CompletedTask);
        await CheckAsync(ops, "24h", "Transactions per second, all instances: a chart of accepted, processed and failed", width);
        await PressAsync(ops, "ArrowRight", "7d");
        await SeesFailuresAsync(ops, () => Task.CompletedTask);
        await CheckAsync(ops, "7d", "Unfinished on all instances: a chart of unfinished and oldest", width);
        await ops.Page.ReloadAsync();
        await ops.LiveAsync();
        (await ops.Page.Locator("#period input:checked").InputValueAsync()).Should().Be("7d", "the tab remembers it");
        await SeesFailuresAsync(ops, () => Task.CompletedTask);

        await ops.Page.Locator("#period input:checked").FocusAsync();
        await PressAsync(ops, "ArrowLeft", "24h");
        await PressAsync(ops, "ArrowLeft", "1h");
        await SeesFailuresAsync(ops, () => Task.CompletedTask);
        await CheckAsync(ops, "1h", "Time to answer, ms: a chart of p99", width);
        await ops.Page.Locator("#chart-rates .u-over").HoverAsync();
        (await ops.Page.Locator("#chart-rates .when").InnerTextAsync()).Should().MatchRegex(@"\A\d\d:\d\d\z");
        await PressAsync(ops, "ArrowLeft", "live");
        await CheckAsync(ops, "back", "In progress on this instance: a chart of in flight and queued", width);
    }

    [Test]
    public async Task History_SaysThatItCannotBeRead_AndTriesAgain()
    {
        await BrowserOfThisRun.GetAsync();
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("Dashboard__SampleInterval", "00:00:00.300"));
        DatabaseFile.Execute(_directory, Samples());
        await using var ops = await (await OpsPage.OpenAsync(service)).LiveAsync();
        ops.Expected = ["status of 503"];
        await ops.Page.RouteAsync("**/v1/stats/history*", route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = (int)HttpStatusCode.ServiceUnavailable,
            ContentType = "application/problem+json",
            Body = """{"detail":"The store cannot be read now."}""",
        }));

        await ops.Page.GetByLabel("24 h").CheckAsync();
        await ops.SeesAsync("#charts-status", "The store cannot be read now.");
        await ops.Page.UnrouteAsync("**/v1/stats/history*");

        await SeesFailuresAsync(ops, () => Task.CompletedTask);
        (await ops.Page.Locator("#charts-status").InnerTextAsync()).Should().BeEmpty();
    }

    private static async Task PressAsync(OpsPage ops, string key, string period)
    {
        await ops.Page.Keyboard.PressAsync(key);
        (await ops.Page.Locator("#period input:checked").InputValueAsync()).Should().Be(period);
    }

    // A rate of the present is there until the next sample, so it is looked for in every frame.
    private static async Task SeesFailuresAsync(OpsPage ops, Func<Task> cause)
    {
        var seen = ops.Page.WaitForFunctionAsync(
            """() => /[1-9]/.test(document.querySelector("#chart-rates .key[data-line=bad] b").textContent)""");
        await cause();
        await seen;
    }

    private static async Task CheckAsync(OpsPage ops, string name, string chart, int width)
    {
        await ops.Page.Locator($"canvas[aria-label='{chart}']").WaitForAsync();
        (await ops.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();
        (await ops.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_PICTURES") is { Length: > 0 } pictures)
        {
            await ops.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"charts-{name}-{width}.png") });
        }

        var before = await PlacesAsync(ops);
        before.Select(place => place[..2]).Should().AllBeEquivalentTo(before[0][..2], "legends begin at one height and have one width");
        await ops.Page.EvaluateAsync("() => document.querySelectorAll('.key b').forEach(b => { b.textContent = '1,234'; })");
        (await PlacesAsync(ops)).Should().BeEquivalentTo(before, "numbers move nothing");
    }

    // Of each legend: its height in the figure, its width, and where its keys begin.
    private static Task<double[][]> PlacesAsync(OpsPage ops) => ops.Page.EvaluateAsync<double[][]>(
        """
        () => [...document.querySelectorAll(".charts figure")].map(figure => {
          const [outer, legend] = [figure, figure.querySelector(".legend")].map(part => part.getBoundingClientRect());
          const keys = [...figure.querySelectorAll(".key")].map(key => key.getBoundingClientRect().left - outer.left);
          return [legend.top - outer.top, legend.width, figure.querySelector(".plot").getBoundingClientRect().top - outer.top, ...keys]
            .map(Math.round);
        })
        """);

    // A week with a busy time every day, two failures a second, and an hour without samples.
    private static string Samples()
    {
        var now = TimeProvider.System.GetUtcNow();
        var rows = new StringBuilder("INSERT INTO samples VALUES ");
        foreach (var (grain, minutes, count) in new[] { (0, 1, 1_440), (1, 10, 1_008) })
        {
            var (accepted, failed) = (0.0, 0L);
            for (var i = count; i > 0; i--)
            {
                var busy = 60 + (50 * Math.Sin(i * minutes / 1_440.0 * 2 * Math.PI));
                (accepted, failed) = (accepted + (busy * minutes * 60), failed + (2 * minutes * 60));
                if (i * minutes is < 300 or > 360)
                {
                    rows.Append(
                        CultureInfo.InvariantCulture,
                        $"""
                        ({grain}, {Timestamps.ToUnixMicroseconds(now.AddMinutes(-i * minutes))}, {accepted:F0}, {accepted - failed - 40:F0}, {failed}, 40,
                        {20_000 + (200 * busy):F0}, {3_000 + (busy * busy):F0}),
                        """);
                }
            }
        }

        return rows.ToString().TrimEnd().TrimEnd(',');
    }
}
