using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>The database file or its lock file is removed or replaced under a running service.</summary>
[Category("Long")]
internal sealed class ReplacedFileTests
{
    private readonly TempDirectory _directory = new();

    private string Link => Path.Combine(_directory.Path, "link.db");

    [SetUp]
    public void SetUp()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux tells which file a name leads to.");
        }
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase("removed")]
    [TestCase("moved")]
    [TestCase("replaced")]
    [TestCase("without its log")]
    [TestCase("behind another link")]
    public async Task Service_AcceptsNothingMoreAndEnds_WhenItsFileIs(string how)
    {
        File.CreateSymbolicLink(Link, _directory.Database);
        await using var service = await ServiceProcess.StartReadyAsync(_directory, ("DATABASE_URL", $"sqlite:///{Link}"));
        var before = new Load(service.Client, "before");
        await before.PostAsync(10, connections: 1);
        Change(how);
        var after = new Load(service.Client, "after");

        await after.PostAsync(500, connections: 4);

        after.Accepted.Should().BeEmpty("a restart would not find the rows");
        (await service.WaitForExitAsync()).Should().Be(1);
        service.Output.Should().Contain("was removed or replaced");
        before.Refused.Should().BeEmpty();
    }

    [Test]
    public async Task Service_Ends_WhenNobodySendsAndAProbeFindsItsFileRemoved()
    {
        await using var service = await ServiceProcess.StartReadyAsync(_directory);
        File.Delete(_directory.Database);

        try
        {
            using var health = await service.Client.GetAsync("/");
            ((int)health.StatusCode).Should().Be(503);
        }
        catch (HttpRequestException)
        {
            // The service ended before it could answer.
        }

        (await service.WaitForExitAsync()).Should().Be(1);
    }

    [Test]
    public async Task Service_RefusesToStart_WhenAnotherProcessHasTheFile_AndItsLockFileWasRemoved()
    {
        await using var first = await ServiceProcess.StartReadyAsync(_directory);
        File.Delete(_directory.Database + ".lock");
        await using var second = ServiceProcess.Start(_directory);

        (await second.WaitForExitAsync()).Should().Be(1);

        second.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should()
            .Contain(_directory.Database).And.Contain("in use by another process");
        var load = new Load(first.Client, "first");
        await load.PostAsync(10, connections: 1);
        load.Refused.Should().BeEmpty("the first process continues");
    }

    private void Change(string how)
    {
        var copy = Path.Combine(_directory.Path, "copy.db");
        switch (how)
        {
            case "removed":
                File.Delete(_directory.Database);
                break;
            case "moved":
                File.Move(_directory.Database, copy);
                break;
            case "replaced":
                DatabaseFile.Execute(_directory, $"VACUUM INTO '{copy}'");
                File.Move(copy, _directory.Database, overwrite: true);
                break;
            case "without its log":
                File.Delete(_directory.Database + "-wal");
                break;
            default:
                DatabaseFile.Execute(_directory, $"VACUUM INTO '{copy}'");
                File.Delete(Link);
                File.CreateSymbolicLink(Link, copy);
                break;
        }
    }
}
