using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability;

/// <summary>Keeps what break-promises.sh needs from rotting; to run it takes ten minutes.</summary>
[TestFixture]
public sealed class BrokenPromisesTests
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

    private static bool Exists(string[] test) => typeof(BrokenPromisesTests).Assembly.GetTypes().Any(type =>
        type.Name == test[0] && (test.Length == 1 || type.GetMethod(test[1]) is not null));
}
