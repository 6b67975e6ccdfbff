using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing.SqlServer;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
internal sealed class SqlServerSettingsTests
{
    [TestCase("DISABLED")]
    [TestCase("ALLOWED")]
    public void Suitable_WhenItKnowsJsonAndCommitsBeforeItAnswers(string durability) =>
        new SqlServerSettings(true, true, durability).Unsuitable.Should().BeNull();

    [TestCase(false, "DISABLED", "it has no OPENJSON, since its compatibility level is below 130; *")]
    [TestCase(true, "FORCED", "its delayed durability is FORCED, so a commit may be lost after its 202; *")]
    public void Unsuitable_SaysWhyAndWhatToDo(bool hasJson, string durability, string reason) =>
        new SqlServerSettings(true, hasJson, durability).Unsuitable.Should().Match(reason).And.Contain("ALTER DATABASE CURRENT SET ");

    [Test]
    public void Risk_NamesTheSetting_OnlyWhenItIsOff()
    {
        new SqlServerSettings(true, true, "DISABLED").Risk.Should().BeNull();
        new SqlServerSettings(false, true, "DISABLED").Risk.Should().StartWith("READ_COMMITTED_SNAPSHOT is off, ");
    }
}
