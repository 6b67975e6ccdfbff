using FluentAssertions;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Samples;

/// <summary>Builds what is outside the solution, as its reader would.</summary>
internal static class BuiltSample
{
    /// <summary>Builds samples/Ledger and returns the path of its assembly.</summary>
    public static async Task<string> LedgerAsync()
    {
        await DotnetAsync(Path.Combine(SourceTree.Root, "samples", "Ledger"), "build", "-v", "quiet");
        return Path.Combine(SourceTree.Root, "artifacts", "bin", "Ledger", "debug", "Ledger.dll");
    }

    /// <summary>Runs a command of the SDK, and asserts that it succeeds.</summary>
    public static async Task<string> DotnetAsync(string directory, params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(["dotnet", .. arguments], directory);
        exitCode.Should().Be(0, "dotnet {0} says: {1}", string.Join(' ', arguments), output);
        return output;
    }
}
