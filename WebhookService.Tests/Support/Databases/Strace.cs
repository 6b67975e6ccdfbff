namespace WebhookService.Tests.Support.Databases;

/// <summary>Runs the service under strace, which can also make its system calls fail or wait.</summary>
internal static class Strace
{
    public static bool IsInstalled => File.Exists("/usr/bin/strace");

    /// <summary>The command that traces into a file and injects a fault (see strace's manual page).</summary>
    /// <remarks>
    /// strace counts calls (<c>when=</c>) separately for each thread. Only the calls of interest stop the service
    /// (<c>--seccomp-bpf</c>), so that everything else keeps its speed.
    /// </remarks>
    public static string[] Inject(string trace, string calls, string fault) =>
        ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "16", "-o", trace, "-e", $"trace={calls},sendmsg,sendto", "-e", $"inject={fault}"];
}
