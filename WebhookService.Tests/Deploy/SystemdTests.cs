using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Deploy;

internal sealed class SystemdTests
{
    // What the host itself needs to stop beside the grace, and a little more.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(20);

    private static readonly ILookup<string, string> Unit =
        File.ReadLines(Path.Combine(SourceTree.Root, "deploy/systemd/webhook-service.service"))
            .Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2 && parts[0][0] != '#')
            .ToLookup(parts => parts[0], parts => parts[1]);

    [Test]
    public void Unit_StartsTheProgram() =>
        File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(Unit["ExecStart"].Single()))).Should().BeTrue();

    [Test]
    public void Unit_NamesSettings()
    {
        var names = Unit["Environment"].SelectMany(line => line.Split(' ')).Select(pair => pair.Split('=')[0])
            .Concat(Unit["LoadCredential"].Select(line => line.Split(':')[0])).ToArray();

        names.Should().Contain(["DATABASE_URL", "Security__WebhookSecrets__0", "Security__ApiKeys__0"]);
        names.Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();
    }

    // Else systemd would show it to every user of the machine.
    [Test]
    public void Unit_KeepsSecretsOutOfTheEnvironment() =>
        Unit["Environment"].Should().NotContain(line => line.Contains("Security__") || line.Contains('@'));

    [Test]
    public void Unit_KeepsDataWhereItMayBeWritten() =>
        Unit["Environment"].Should().Contain($"DATABASE_URL=sqlite:////var/lib/{Unit["StateDirectory"].Single()}/transactions.db");

    [Test]
    public void Unit_LetsItStop() => TimeSpan.FromSeconds(int.Parse(Unit["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture))
        .Should().BeGreaterThanOrEqualTo(new ProcessingOptions().ShutdownGrace + StopMargin);

    // Else five failed starts within ten seconds are the last ones, and somebody has to come and start it.
    [Test]
    public void Unit_NeverGivesUp()
    {
        Unit["Restart"].Should().Equal("on-failure");
        Unit["StartLimitIntervalSec"].Should().Equal("0");
    }

    [Test]
    public void Unit_MayDoNothingButServe()
    {
        Unit["DynamicUser"].Should().Equal("yes");
        Unit["ProtectSystem"].Should().Equal("strict");
        Unit["NoNewPrivileges"].Should().Equal("yes");
        Unit["CapabilityBoundingSet"].Should().Equal("");
    }
}
