using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing.SqlServer;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
public sealed class SqlServerSettingsTests
{
    [TestCase(130, "DISABLED")]
    [TestCase(160, "ALLOWED")]
    public void Suitable_WhenItKnowsJsonAndCommitsBeforeItAnswers(int level, string durability) =>
        new SqlServerSettings(true, level, durability).Unsuitable.Should().BeNull();

    [TestCase(120, "DISABLED", "its compatibility level is 120, and 130 is needed; *")]
    [TestCase(160, "FORCED", "its delayed durability is FORCED, so a commit may be lost after its 202; *")]
    public void Unsuitable_SaysWhyAndWhatToDo(int level, string durability, string reason) =>
        new SqlServerSettings(true, level, durability).Unsuitable.Should().Match(reason).And.Contain("ALTER DATABASE CURRENT SET ");

    [Test]
    public void Risk_NamesTheSetting_OnlyWhenItIsOff()
    {
        new SqlServerSettings(true, 160, "DISABLED").Risk.Should().BeNull();
        new SqlServerSettings(false, 160, "DISABLED").Risk.Should().StartWith("READ_COMMITTED_SNAPSHOT is off, ");
    }
}
