using System.Text.Json;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Commands;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Deploy;

/// <summary>What can be told of the image without building it; the workflow of the repository builds and runs it.</summary>
internal sealed class DockerfileTests
{
    private static readonly string[] Projects = ["WebhookService.Domain", "WebhookService.Infrastructure", "WebhookService.Api"];

    [Test]
    public void Bases_AreNamedWithTheirVersion()
    {
        var images = All("FROM").Select(from => from.Words[0]).ToArray();

        images.Should().HaveCount(2).And.OnlyContain(image => image.Contains(":10.0-", StringComparison.Ordinal));
        XDocument.Load(Rooted("Directory.Build.props")).Descendants("TargetFramework").Single().Value.Should().Be("net10.0");
        using var sdk = JsonDocument.Parse(File.ReadAllText(Rooted("global.json")));
        sdk.RootElement.GetProperty("sdk").GetProperty("version").GetString().Should().StartWith("10.0.");
    }

    // The driver of SQL Server refuses to connect where there is no ICU, and the smaller image has none.
    [Test]
    public void Image_HasIcu_SinceSqlServersDriverNeedsIt() =>
        Dockerfile.Image[0].Rest.Should().Contain("chiseled-extra");

    [Test]
    public void Nothing_IsFetchedByTheWay() => All("ADD").Should().BeEmpty();

    // The line would make every build fetch an image from a registry.
    [Test]
    public void Dockerfile_NeedsNoOtherFrontend() =>
        File.ReadLines(Rooted("Dockerfile")).Should().NotContain(line => line.Replace(" ", "").StartsWith("#syntax="));

    [Test]
    public void Program_IsCompiledAhead()
    {
        const string Profile = "-p:PublishProfile=framework-dependent";

        All("RUN").Where(run => run.Rest.Contains("dotnet ", StringComparison.Ordinal))
            .Should().HaveCount(2).And.OnlyContain(run => run.Rest.Contains(Profile, StringComparison.Ordinal));
        var profile = XDocument.Load(Rooted("WebhookService.Api/Properties/PublishProfiles/framework-dependent.pubxml"));
        profile.Descendants("PublishReadyToRun").Single().Value.Should().Be("true");
        profile.Descendants("RuntimeIdentifier").Single().Attribute("Condition")!.Value.Should().Contain("== ''");
    }

    [TestCase("source", "$SOURCE")]
    [TestCase("revision", "$REVISION")]
    [TestCase("licenses", "MIT")]
    [TestCase("version", null)]
    public void Image_SaysWhatItIs(string label, string? expected)
    {
        expected ??= XDocument.Load(Rooted("Directory.Build.props")).Descendants("Version").Single().Value;

        Dockerfile.Image.Single(line => line.Name == "LABEL").Rest
            .Should().Contain($"org.opencontainers.image.{label}=\"{expected}\"");
        Dockerfile.Image.Where(line => line.Name == "ARG").Select(line => line.Rest.Split('=')[0])
            .Should().Equal("SOURCE", "REVISION");
    }

    [Test]
    public void Service_RunsWithoutRights() =>
        Dockerfile.Image.Where(line => line.Name == "USER").Select(line => line.Rest).Should().Equal("$APP_UID");

    [Test]
    public void Sources_ExistAndReachTheBuilder()
    {
        Dockerfile.Sources.Should().HaveCountGreaterThan(10);
        foreach (var source in Dockerfile.Sources)
        {
            (File.Exists(Rooted(source)) || Directory.Exists(Rooted(source))).Should().BeTrue(source);
            Dockerfile.Ignores(source).Should().BeFalse(source);
        }
    }

    [TestCase("WebhookService.Api/Program.cs", false)]
    [TestCase("WebhookService.Api/Dashboard/Assets/index.html", false)]
    [TestCase("appsettings.json", false)]
    [TestCase("WebhookService.Tests/TidyTests.cs", true)]
    [TestCase(".git/config", true)]
    [TestCase("artifacts/bin/x.dll", true)]
    [TestCase("WebhookService.Api/bin/Debug/x.dll", true)]
    [TestCase("WebhookService.Api/transactions.db", true)]
    [TestCase("transactions.db-wal", true)]
    public void Builder_SeesSourcesOnly(string path, bool isIgnored) => Dockerfile.Ignores(path).Should().Be(isIgnored);

    [Test]
    public void EveryProject_IsRestoredFromItsLockFile()
    {
        foreach (var project in Projects)
        {
            Dockerfile.Sources.Should().Contain([$"{project}/{project}.csproj", $"{project}/packages.lock.json", project]);
            XDocument.Load(Rooted(project, $"{project}.csproj")).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Should().BeSubsetOf(Projects);
        }

        All("RUN").Should().Contain(
            run => run.Rest.Contains("dotnet restore WebhookService.Api --locked-mode", StringComparison.Ordinal));
    }

    // What lies beside the projects and belongs to them: the settings and the notices.
    [Test]
    public void EveryLinkedFile_IsCopied() =>
        XDocument.Load(Rooted("WebhookService.Api", "WebhookService.Api.csproj")).Descendants("Content")
            .Select(content => content.Attribute("Include")!.Value.Replace("..\\", "", StringComparison.Ordinal))
            .Should().HaveCountGreaterThan(1).And.BeSubsetOf(Dockerfile.Sources);

    [Test]
    public void Commands_AreThoseOfTheProgram()
    {
        var start = Dockerfile.Image.Single(line => line.Name == "ENTRYPOINT").Command;
        var check = Dockerfile.Image.Single(line => line.Name == "HEALTHCHECK").Command;

        start.Should().Equal("dotnet", "WebhookService.Api.dll");
        File.Exists(Path.Combine(AppContext.BaseDirectory, start![1])).Should().BeTrue();
        check.Should().Equal([.. start, HealthCommand.Name]);
    }

    [Test]
    public void Variables_AreSettings()
    {
        Dockerfile.Variables.Should().ContainKeys("DATABASE_URL", "PORT");
        Dockerfile.Variables.Keys.Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();
    }

    [Test]
    public void Data_IsOnTheVolume()
    {
        var volume = Dockerfile.Image.Single(line => line.Name == "VOLUME").Rest;

        Dockerfile.Variables["DATABASE_URL"].Should().StartWith($"sqlite:///{volume}/");
        Dockerfile.Variables["SQLITE_TMPDIR"].Should().Be(volume);
        Dockerfile.Image.Should().ContainSingle(line => line.Name == "EXPOSE").Which.Rest.Should().Be(Dockerfile.Variables["PORT"]);
    }

    private static IEnumerable<Instruction> All(string name) => Dockerfile.Instructions.Where(line => line.Name == name);

    private static string Rooted(params string[] parts) => Path.Combine([SourceTree.Root, .. parts]);
}
