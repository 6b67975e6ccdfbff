using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability;

/// <summary>Checks that break-promises.sh can still run; a run takes ten minutes.</summary>
[TestFixture]
internal sealed class BrokenPromisesTests
{
    private static string Folder => Path.Combine(SourceTree.Root, "WebhookService.Tests", "Reliability", "BrokenPromises");

    private static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Folder, "*.patch").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    [TestCaseSource(nameof(Names))]
    public async Task Patch_StillBreaksItsPromise(string name)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["apply", "--check", Path.Combine(Folder, $"{name}.patch")])
        {
            WorkingDirectory = SourceTree.Root,
            RedirectStandardError = true,
        })!;
        var complaint = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();

        git.ExitCode.Should().Be(0, complaint);
    }

    [TestCaseSource(nameof(Names))]
    public void Patch_NamesTestsThatExist(string name)
    {
        var tests = File.ReadLines(Path.Combine(Folder, $"{name}.patch"))
            .Where(line => line.StartsWith("Fails: ", StringComparison.Ordinal)).Select(line => line["Fails: ".Length..].Split('.')).ToArray();

        tests.Should().NotBeEmpty().And.OnlyContain(test => Exists(test));
    }

    [TestCaseSource(nameof(Names))]
    public void Patch_StandsInTheDocument(string name)
    {
        var document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "reliability.md"));
        var header = File.ReadLines(Path.Combine(Folder, $"{name}.patch")).TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(": ", 2)).ToLookup(line => line[0], line => line[1]);
        var row = $"| {header["Promise"].Single()} | {header["Broken"].Single()} | {string.Join(", ", header["Fails"].Select(test => $"`{test}`"))} |";

        document.Should().Contain(row);
    }

    private static bool Exists(string[] test) => typeof(BrokenPromisesTests).Assembly.GetTypes().Any(type =>
        type.Name == test[0] && (test.Length == 1 || type.GetMethod(test[1]) is not null));
}
