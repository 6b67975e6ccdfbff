namespace WebhookService.Tests.Support;

/// <summary>Runs the service under strace, which can also make its system calls fail or wait.</summary>
internal static class Strace
{
    public static bool IsInstalled => File.Exists("/usr/bin/strace");

    /// <summary>The command that traces into a file and injects a fault, as strace's manual page has it.</summary>
    public static string[] Inject(string trace, string calls, string fault) =>
        ["strace", "-f", "-qq", "-s", "16", "-o", trace, "-e", $"trace={calls},sendmsg,sendto", "-e", $"inject={fault}"];
}
