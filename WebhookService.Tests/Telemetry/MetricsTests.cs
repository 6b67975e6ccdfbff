using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Telemetry;

/// <summary>What Prometheus is told by the service as a process, and what is made of it in deploy/.</summary>
[Category("Long")]
internal sealed partial class MetricsTests
{
    private static readonly string Deploy = Path.Combine(SourceTree.Root, "deploy");
    private static readonly string Alerts = Path.Combine(Deploy, "prometheus", "alerts.yml");
    private static readonly string Dashboard = Path.Combine(Deploy, "grafana", "dashboards", "webhook-service.json");

    [Test]
    public async Task Metrics_TellWhatHappened_FromZeroOn()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        var before = await service.Client.GetStringAsync("/metrics");

        await PostAsync(service, Payment.Json("txn_once"));
        await PostAsync(service, Payment.Json("txn_once"));
        await PostAsync(service, Payment.Json("txn_once", amount: "7.00"));
        await PostAsync(service, "{");
        await Eventually.HoldsAsync(
            async () => Values(await service.Client.GetStringAsync("/metrics"), "webhook_completions_total{", "PROCESSED").SequenceEqual([1]),
            "it is processed");
        var after = await service.Client.GetStringAsync("/metrics");

        // A counter that begins with 1 raises no alert, since it has not grown.
        Values(before, "webhook_adds_total{", "added").Should().Equal(0);
        Values(before, "webhook_completions_total{", "FAILED").Should().Equal(0);
        Values(before, "webhook_take_overs_total{").Should().Equal(0);
        Values(after, "webhook_adds_total{", "added").Should().Equal(1);
        Values(after, "webhook_adds_total{", "duplicate").Should().Equal(1);
        Values(after, "webhook_adds_total{", "conflict").Should().Equal(1);
        Values(after, "webhook_add_duration_seconds_count{", "added").Should().Equal(1);
        Values(after, "webhook_attempts_total{", "SUCCEEDED").Should().Equal(1);
        Values(after, "webhook_refusals_total{", "check=\"Body\",reason=\"Malformed\"").Should().Equal(1);
        Values(after, "webhook_commit_size_sum{").Single().Should().BePositive();
    }

    [Test]
    public async Task Metrics_AreReadByPrometheus()
    {
        RequirePromtool();
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);
        await PostAsync(service, Payment.Json("txn_read"));

        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "metrics.txt"), await service.Client.GetStringAsync("/metrics"));
        var (exitCode, output) = await Tool.RunAsync(["sh", "-c", "promtool check metrics < metrics.txt"], directory.Path);

        // 3 is for names that Prometheus would choose otherwise; a few of the runtime's are such.
        exitCode.Should().BeOneOf([0, 3], output);
        output.Split('\n').Where(line => line.Length > 0).Should().OnlyContain(line => line.StartsWith("dotnet_", StringComparison.Ordinal));
    }

    [Test]
    public async Task Service_TellsNothing_WhenTelemetryIsOff()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("OTEL_SDK_DISABLED", "true"));

        using var response = await service.Client.GetAsync("/metrics");

        ((int)response.StatusCode).Should().Be(404);
    }

    [Test]
    public async Task Alerts_FireWhenTheyShould_AndNotBefore()
    {
        RequirePromtool();

        var (checkedCode, checkedOutput) = await Tool.RunAsync(["promtool", "check", "rules", Alerts], Deploy);
        var (exitCode, output) = await Tool.RunAsync(
            ["promtool", "test", "rules", Path.Combine(Deploy, "prometheus", "alerts.test.yml")], Deploy);

        checkedCode.Should().Be(0, checkedOutput);
        exitCode.Should().Be(0, output);
    }

    [Test]
    public async Task Alerts_AreEachTested()
    {
        var tests = await File.ReadAllTextAsync(Path.Combine(Deploy, "prometheus", "alerts.test.yml"));

        var names = AlertName().Matches(await File.ReadAllTextAsync(Alerts)).Select(match => match.Groups[1].Value).ToList();

        names.Should().HaveCountGreaterThan(10).And.OnlyContain(name => tests.Contains($"alertname=\"{name}\"", StringComparison.Ordinal));
    }

    [Test]
    public async Task Alerts_EachHaveAPageOfTheRunbook()
    {
        var runbook = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "operations.md"));

        foreach (Match alert in AlertName().Matches(await File.ReadAllTextAsync(Alerts)))
        {
            runbook.Should().Contain($"\n### {alert.Groups[1].Value}\n");
        }
    }

    [Test]
    public async Task AlertsAndDashboard_AskForWhatTheServiceTells()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory,
            ("DATABASE_URL", database.Url),
            ("Inbox__Path", Path.Combine(directory.Path, "inbox.db")),
            ("Alerts__Url", "http://127.0.0.1:9/alerts"),
            ("Sources__stripe__Provider", "stripe"),
            ("Sources__stripe__Secrets__0", "whsec_of_the_tests"));
        await PostAsync(service, Payment.Json("txn_asked"));
        await PostAsync(service, "{");
        string[] asked = [.. Asked(await File.ReadAllTextAsync(Alerts)), .. Asked(await File.ReadAllTextAsync(Dashboard))];
        string[] untold = [];

        // The counts of rows are there after the first sample.
        await Eventually.HoldsAsync(
            async () =>
            {
                var told = await service.Client.GetStringAsync("/metrics");
                untold = [.. asked.Where(name => !told.Contains($"\n{name}{{", StringComparison.Ordinal))];
                return untold.Length == 0;
            },
            "everything asked for is told");

        asked.Should().HaveCountGreaterThan(20);
    }

    [Test]
    public async Task Dashboard_IsWhole()
    {
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Dashboard));

        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();

        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        panels.Where(panel => panel.GetProperty("type").GetString() != "row")
            .Should().OnlyContain(panel => panel.GetProperty("targets").GetArrayLength() > 0);
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"\b(webhook|dotnet|kestrel)_[a-z_]+\b(?=[{\[)])")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"(?<=\} )[0-9.e+-]+")]
    private static partial Regex Number();

    private static IEnumerable<string> Asked(string text) => MetricName().Matches(text).Select(match => match.Value).Distinct();

    private static double[] Values(string metrics, string name, string label = "") =>
    [
        .. metrics.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Select(line => double.Parse(Number().Match(line).Value, System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static async Task PostAsync(ServiceProcess service, string body)
    {
        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(body));
    }

    private static void RequirePromtool()
    {
        if (!Tool.IsThere("promtool"))
        {
            Assert.Ignore("promtool (of Debian's package prometheus) is not installed.");
        }
    }
}
