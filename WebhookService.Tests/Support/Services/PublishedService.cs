using System.Diagnostics;

namespace WebhookService.Tests.Support.Services;

/// <summary>
/// The service as <c>dotnet publish</c> produces it, in a read-only directory, run by a user without privileges or a
/// home directory.
/// </summary>
/// <remarks>
/// Publishes the existing build, which takes seconds. With WEBHOOK_TEST_PUBLISH_PROFILE it builds that profile from
/// scratch in a separate directory, which takes minutes.
/// </remarks>
internal sealed class PublishedService : IAsyncDisposable
{
    private const string Nobody = "65534";

    private readonly TempDirectory _build = new();
    private readonly string _program;

    private PublishedService() => _program = Path.Combine(_build.Path, "program");

    /// <summary>Whether it can run as a user other than that of the tests.</summary>
    public static bool IsAnotherUser => Environment.IsPrivilegedProcess;

    /// <summary>Every published file with its modification time.</summary>
    public string[] Files => [.. new DirectoryInfo(_program).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(file => $"{file.FullName} {file.LastWriteTimeUtc:O}").Order()];

    public static async Task<PublishedService> PublishAsync()
    {
        var published = new PublishedService();
        string[] how = Environment.GetEnvironmentVariable("WEBHOOK_TEST_PUBLISH_PROFILE") is { Length: > 0 } profile
            ? [$"-p:PublishProfile={profile}", "--artifacts-path", Path.Combine(published._build.Path, "build")]
            : ["--no-build", "-c", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))];
        await RunAsync("dotnet", [
            "publish", Path.Combine(SourceTree.Root, "WebhookService.Api"), "-o", published._program,
            "-nologo", "-v", "quiet", "-nodeReuse:false", .. how]);

        // Everyone may read the program and nobody may write it; its parent directory must be accessible too.
        await RunAsync("chmod", ["-R", "a=rX", published._program]);
        await RunAsync("chmod", ["a+rx", published._build.Path]);
        return published;
    }

    /// <summary>Starts it in Production, without a home directory, with the given settings.</summary>
    public async Task<ServiceProcess> StartAsync(TempDirectory data, params (string Key, string Value)[] settings)
    {
        string[] user = [];
        if (IsAnotherUser)
        {
            await RunAsync("chown", [Nobody, data.Path]);
            user = ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"];
        }

        return ServiceProcess.StartProgram(
            [.. user, "env", "-u", "HOME", "-u", "DOTNET_CLI_HOME", Path.Combine(_program, "WebhookService.Api")],
            data,
            [("ASPNETCORE_ENVIRONMENT", "Production"), ("Security__AllowAnonymous", "false"), .. settings]);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("chmod", ["-R", "u+w", _program]);
        _build.Dispose();
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
        }
    }
}
