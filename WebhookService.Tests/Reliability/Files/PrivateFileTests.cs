using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>Only the owner can read payments, whatever the umask of the machine.</summary>
[Category("Long")]
internal sealed class PrivateFileTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Umask = ["sh", "-c", "umask 022; exec \"$@\"", "sh"];

    [SetUp]
    public void SetUp()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
        }
    }

    [Test]
    public async Task Files_AreReadByTheirOwnerOnly_WhenTheServiceMakesThem()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(Umask, directory);
        await service.WaitUntilReadyAsync();
        var backup = Path.Combine(directory.Path, "backup.db");
        (await ServiceProcess.RunAsync(["backup", backup], directory)).ExitCode.Should().Be(0);

        ModesIn(directory).Should().ContainKeys("transactions.db", "transactions.db-wal", "transactions.db-shm", "backup.db")
            .And.OnlyContain(file => file.Value == Private);
    }

    [Test]
    public async Task Files_AreReadByTheirOwnerOnly_WhenTheyAreTheInbox()
    {
        using var directory = new TempDirectory();
        await using var service = ServiceProcess.Start(
            Umask,
            directory,
            ("DATABASE_URL", "postgresql://u@127.0.0.1:9/none"),
            ("Inbox__Path", Path.Combine(directory.Path, "inbox.db")));
        await service.WaitUntilReadyAsync();

        ModesIn(directory).Should().ContainKeys("inbox.db", "inbox.db-wal").And.OnlyContain(file => file.Value == Private);
    }

    private static Dictionary<string, UnixFileMode> ModesIn(TempDirectory directory) => Directory.GetFiles(directory.Path)
        .ToDictionary(file => Path.GetFileName(file), file => OperatingSystem.IsWindows() ? Private : File.GetUnixFileMode(file));
}
