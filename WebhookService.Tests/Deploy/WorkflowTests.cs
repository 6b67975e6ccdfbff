using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Deploy;

/// <summary>What can be told of the workflows without running them.</summary>
internal sealed partial class WorkflowTests
{
    private static string Folder => Path.Combine(SourceTree.Root, ".github/workflows");

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.yml").Select(path => Path.GetFileName(path)!).Order();

    [Test]
    public void Files_AreFound() => Files.Should().Contain("ci.yml");

    [TestCaseSource(nameof(Files))]
    public void Actions_AreOfAVersion(string file)
    {
        var actions = Action().Matches(Read(file)).Select(match => match.Groups[1].Value).ToArray();

        actions.Should().NotBeEmpty();
        actions.Where(action => !Pinned().IsMatch(action)).Should().BeEmpty();
    }

    [TestCaseSource(nameof(Files))]
    public void Workflow_MayReadAndNoMore(string file) =>
        Read(file).Should().Contain("\npermissions:\n  contents: read\n").And.NotContain("write").And.NotContain("secrets.");

    [TestCaseSource(nameof(Files))]
    public void EveryJob_EndsByItself(string file)
    {
        var jobs = Job().Count(Read(file));

        jobs.Should().BePositive();
        Limit().Count(Read(file)).Should().Be(jobs);
        Read(file).Should().Contain("\nconcurrency:\n");
    }

    [TestCaseSource(nameof(Files))]
    public void Scripts_AreThere(string file)
    {
        var scripts = Script().Matches(Read(file)).Select(match => match.Groups[1].Value).ToArray();

        scripts.Should().NotBeEmpty();
        scripts.Should().OnlyContain(script => File.ReadLines(Path.Combine(SourceTree.Root, script)).First() == "#!/usr/bin/env bash");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    [GeneratedRegex(@"uses: (\S+)")]
    private static partial Regex Action();

    [GeneratedRegex(@"@(v\d+(\.\d+)*|[0-9a-f]{40})$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^    runs-on: ", RegexOptions.Multiline)]
    private static partial Regex Job();

    [GeneratedRegex(@"^    timeout-minutes: \d+$", RegexOptions.Multiline)]
    private static partial Regex Limit();

    [GeneratedRegex(@"run: ((?:\.ci|deploy)/\S+)")]
    private static partial Regex Script();
}
