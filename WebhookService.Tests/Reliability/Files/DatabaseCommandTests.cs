using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Files;

/// <summary>The messages of <c>backup</c> and <c>check</c> when they cannot run.</summary>
[Category("Long")]
internal sealed class DatabaseCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Dispose() => _directory.Dispose();

    [TestCase("backup", "Usage: backup FILE")]
    [TestCase("backup /no/such/directory/copy.db", "There is no database")]
    [TestCase("check", "There is no database")]
    [TestCase("check none.db", "There is no database")]
    public async Task Commands_FailInOneLine_WhenThereIsNothingToDo(string command, string said)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(command.Split(' '), _directory);

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith(said).And.NotContain("\n");
        Directory.GetFiles(_directory.Path).Should().BeEmpty();
    }

    [TestCase("backup copy.db", "postgresql://u:hunter2@127.0.0.1:9/pay", "pay on PostgreSQL at 127.0.0.1", "pg_dump")]
    [TestCase("check", "postgresql://u:hunter2@127.0.0.1:9/pay", "pay on PostgreSQL at 127.0.0.1", "pg_amcheck")]
    [TestCase("backup copy.db", "sqlserver://u:hunter2@127.0.0.1:9/pay", "pay on SQL Server at 127.0.0.1", "BACKUP DATABASE … WITH CHECKSUM")]
    [TestCase("check", "sqlserver://u:hunter2@127.0.0.1:9/pay", "pay on SQL Server at 127.0.0.1", "DBCC CHECKDB")]
    public async Task Commands_NameTheServersOwnTools_WhenTheDatabaseIsOnAServer(string command, string url, string name, string tools)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(
            command.Split(' '), _directory, ("DATABASE_URL", url), ("Inbox__Path", Path.Combine(_directory.Path, "inbox.db")));

        exitCode.Should().Be(1);
        output.TrimEnd().Should().StartWith(name).And.Contain(tools).And.NotContain("\n").And.NotContain("hunter2");
        output.Contains("inbox.db", StringComparison.Ordinal).Should().Be(command != "check", "a server backup does not contain the rows that wait there");
        Directory.GetFiles(_directory.Path).Should().BeEmpty();
    }
}
