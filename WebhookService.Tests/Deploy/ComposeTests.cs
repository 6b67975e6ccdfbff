using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Deploy;

[Category("Long")]
internal sealed partial class ComposeTests
{
    // No engine is needed to check a file: these know the schema.
    private static readonly string[][] Tools = [["docker", "compose"], ["docker-compose"]];

    private static string Folder => Path.Combine(SourceTree.Root, "deploy");

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "compose*.yaml").Select(path => Path.GetFileName(path)!).Order();

    [Test]
    public void Files_AreFound() =>
        Files.Should().Equal("compose-observe.yaml", "compose-postgres.yaml", "compose-sqlserver.yaml", "compose.yaml");

    [TestCaseSource(nameof(Files))]
    public async Task File_IsValid(string file)
    {
        var required = Required().Matches(Read(file)).Select(match => (match.Groups[1].Value, Value: "x")).ToArray();

        var (exitCode, output) = await CheckAsync(file, required);

        exitCode.Should().Be(0, output);
    }

    // Who forgets a secret hears so, and gets no service that everybody can open.
    [TestCaseSource(nameof(Files))]
    public async Task File_AsksForEachSecret(string file)
    {
        var required = Required().Matches(Read(file)).Select(match => match.Groups[1].Value).Distinct().ToArray();

        foreach (var missing in required)
        {
            var (exitCode, output) = await CheckAsync(file, [.. required.Where(name => name != missing).Select(name => (name, "x"))]);

            exitCode.Should().NotBe(0, missing);
            output.Should().Contain(missing);
        }

        required.Should().Contain(["WEBHOOK_SECRET", "API_KEY"]);
    }

    [TestCaseSource(nameof(Files))]
    public void File_HoldsNoSecret(string file)
    {
        var secrets = SecretLine().Matches(Read(file));

        secrets.Should().NotBeEmpty();
        secrets.Select(match => match.Groups[1].Value).Should().OnlyContain(value => ComesFromOutside().IsMatch(value));
    }

    [TestCaseSource(nameof(Files))]
    public void Images_AreNamedWithTheirVersion(string file)
    {
        var images = Image().Matches(Read(file)).Select(match => match.Groups[1].Value).ToArray();

        images.Should().NotBeEmpty();
        images.Should().OnlyContain(image => Version().IsMatch(image) && !image.EndsWith("latest"));
    }

    [TestCaseSource(nameof(Files))]
    public void Variables_AreSettings(string file)
    {
        var names = Setting().Matches(Read(file)).Select(match => match.Groups[1].Value).ToArray();

        names.Should().Contain(["ENVIRONMENT", "Security__WebhookSecrets__0"]);
        names.Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();
    }

    [TestCaseSource(nameof(Files))]
    public void Service_MayDoNothingButServe(string file)
    {
        var blocks = Block().Matches(Read(file)).Select(match => match.Value)
            .Where(block => block.Contains("image: webhook-service:", StringComparison.Ordinal)).ToArray();

        blocks.Should().NotBeEmpty().And.OnlyContain(block =>
            block.Contains("read_only: true") && block.Contains("cap_drop:\n") && block.Contains("- ALL\n")
            && block.Contains("- no-new-privileges:true") && block.Contains("stop_grace_period: 30s"));
    }

    // Services that build the same tag do so at the same time, and now and then one of them fails.
    [TestCaseSource(nameof(Files))]
    public void Image_IsBuiltByOneService(string file)
    {
        var building = Block().Matches(Read(file)).Select(match => match.Value)
            .Where(block => Build().IsMatch(block)).ToArray();

        building.Should().ContainSingle().Which.Should().NotStartWith("x-", "several services may share it");
    }

    [TestCaseSource(nameof(Files))]
    public void Containers_LeaveRoomForOthers(string file)
    {
        var blocks = Block().Matches(Read(file)).Select(match => match.Value)
            .Where(block => block.Contains("image: ", StringComparison.Ordinal)).ToArray();

        blocks.Should().NotBeEmpty().And.OnlyContain(block =>
            block.Contains("logging: *logging\n") && Memory().IsMatch(block));
        Read(file).Should().Contain("x-logging: &logging\n").And.Contain("max-size: ").And.Contain("max-file: ");
    }

    // What is laid over a file changes services that are there.
    [TestCase("start-interval.yaml", "compose.yaml")]
    [TestCase("start-interval.yaml", "compose-sqlserver.yaml")]
    [TestCase("start-interval.yaml", "compose-observe.yaml")]
    [TestCase("start-interval-postgres.yaml", "compose-postgres.yaml")]
    public void Override_ChangesTheHealthCheckOfTheServiceOnly(string file, string below)
    {
        Read(file).Should().Contain("start_interval: 1s");
        var services = Service().Matches(Read(file)).Select(match => match.Groups[1].Value).ToArray();

        services.Should().NotBeEmpty();
        services.Should().OnlyContain(service => Regex.IsMatch(Read(below), $"^  {service}:$", RegexOptions.Multiline));
        Image().IsMatch(Read(file)).Should().BeFalse();
    }

    [Test]
    public void Images_AreOfThisVersion()
    {
        var properties = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props"));
        var own = Files.SelectMany(file => Image().Matches(Read(file))).Select(match => match.Groups[1].Value)
            .Where(image => image.StartsWith("webhook-service:", StringComparison.Ordinal)).Distinct();

        own.Should().Equal($"webhook-service:{properties.Descendants("Version").Single().Value}");
    }

    [Test]
    public void Proxy_NamesTheInstances()
    {
        var servers = Server().Matches(Read("haproxy/haproxy.cfg")).Select(match => match.Groups[1].Value).ToArray();

        servers.Should().HaveCount(3).And.OnlyHaveUniqueItems();
        servers.Should().OnlyContain(server => Regex.IsMatch(Read("compose-postgres.yaml"), $"^  {server}:$", RegexOptions.Multiline));
    }

    private static async Task<(int ExitCode, string Output)> CheckAsync(string file, (string Key, string Value)[] variables) =>
        await Tool.RunAsync([.. await FindToolAsync(), "-f", file, "config", "-q"], Folder, variables);

    private static async Task<string[]> FindToolAsync()
    {
        foreach (var tool in Tools.Where(tool => Tool.IsThere(tool[0])))
        {
            if ((await Tool.RunAsync([.. tool, "version"], Folder)).ExitCode == 0)
            {
                return tool;
            }
        }

        Assert.Ignore("No compose: install the package docker-compose, or Docker with its plugin.");
        return [];
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    [GeneratedRegex(@"\$\{(\w+):\?")]
    private static partial Regex Required();

    // What holds a secret is called so, or is a URL with a password in it.
    [GeneratedRegex(@"^ +(?:\w*(?:SECRET|PASSWORD|Secrets|ApiKeys)\w*|DATABASE_URL): (.+)$", RegexOptions.Multiline)]
    private static partial Regex SecretLine();

    [GeneratedRegex(@"\$\{\w+(:\?[^}]+)?\}|^\*password$")]
    private static partial Regex ComesFromOutside();

    [GeneratedRegex(@"^ +image: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex(@":[^:/]*[0-9]+\.?[0-9]*[^:/]*$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^ +([A-Z][A-Za-z]+(?:__\w+)+|DATABASE_URL|PORT|ENVIRONMENT): ", RegexOptions.Multiline)]
    private static partial Regex Setting();

    // A service, or what several of them share.
    [GeneratedRegex(
        @"^x-[\w-]+:.*\n(?:(?: +.*)?\n)*?(?=^\S)|^  [\w-]+:\n(?:(?:    .*)?\n)*",
        RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("^ +build:", RegexOptions.Multiline)]
    private static partial Regex Build();

    [GeneratedRegex("^ +mem_limit: [0-9]+[mg]$", RegexOptions.Multiline)]
    private static partial Regex Memory();

    [GeneratedRegex("^  ([a-z][a-z0-9-]*):", RegexOptions.Multiline)]
    private static partial Regex Service();

    [GeneratedRegex(@"^ +server (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Server();
}
