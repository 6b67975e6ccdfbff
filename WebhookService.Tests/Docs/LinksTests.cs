using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Deploy;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Docs;

/// <summary>What the documentation points at is there.</summary>
internal sealed partial class LinksTests
{
    private const string Architecture = "docs/architecture.md";

    private static readonly MarkdownPage[] Pages = [.. SourceTree.Pages().Select(path => new MarkdownPage(path))];

    private static readonly SourceFile[] Sources = [.. SourceTree.Files(isGenerated: false).Where(file => !file.IsTest)];

    [Test]
    public void Pages_AreFound() => Pages.Select(page => page.Path).Should().Contain([
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/api.md", "docs/clients.md", Architecture, "docs/decisions/README.md"]);

    [Test]
    public void Links_LeadSomewhere()
    {
        var links = Pages.SelectMany(page => page.Links.Select(link => (page, link)))
            .Where(at => !Elsewhere().IsMatch(at.link)).ToArray();

        links.Should().HaveCountGreaterThan(30);
        links.Where(at => !LeadsSomewhere(at.page, at.link)).Select(at => $"{at.page.Path}: {at.link}").Should().BeEmpty();
    }

    [TestCase("README.md", "docs/no-such-page.md")]
    [TestCase("README.md", "#no-such-heading")]
    [TestCase("docs/clients.md", "security.md#no-such-heading")]
    public void Links_AreFoundOut_WhenTheyLeadNowhere(string path, string link) =>
        LeadsSomewhere(Page(path), link).Should().BeFalse();

    [TestCase("README.md", "#how-it-compares")]
    [TestCase("docs/clients.md", "security.md#api-keys")]
    [TestCase("docs/decisions/README.md", "0001-commit-loop-fills-the-queue.md")]
    [TestCase("README.md", "docs/images/dashboard.png")]
    public void Links_AreFollowed_AsGitHubDoes(string path, string link) => LeadsSomewhere(Page(path), link).Should().BeTrue();

    [Test]
    public void EveryDecision_IsListed() => Page("docs/decisions/README.md").Links.Should().BeEquivalentTo(
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs/decisions"), "0*.md").Select(Path.GetFileName));

    // A page that explains the code is wrong as soon as the code has other names.
    [Test]
    public void Architecture_NamesTypesThatExist()
    {
        var names = Page(Architecture).Spans.Where(span => TypeName().IsMatch(span)).Distinct().ToArray();

        names.Should().HaveCountGreaterThan(40);
        names.Where(name => !Exists(name) && !Directory.Exists(Path.Combine(SourceTree.Root, name))).Should().BeEmpty();
    }

    [TestCase("CommitLoop", true)]
    [TestCase("TransactionQueue.TryReserve", true)]
    [TestCase("ParsedTransaction", true)]
    [TestCase("CommitLoop.NoSuchMember", false)]
    [TestCase("NoSuchType", false)]
    public void Names_AreLookedUpInTheSource(string name, bool exists) => Exists(name).Should().Be(exists);

    [TestCase(Architecture)]
    [TestCase("docs/api.md")]
    [TestCase("docs/clients.md")]
    [TestCase("docs/configuration.md")]
    [TestCase("docs/databases.md")]
    [TestCase("docs/deploy.md")]
    [TestCase("docs/external-system.md")]
    [TestCase("docs/inbox.md")]
    [TestCase("docs/observability.md")]
    [TestCase("docs/operations.md")]
    [TestCase("docs/security.md")]
    [TestCase("docs/sources.md")]
    public void Settings_ThatAPageNames_Exist(string path)
    {
        var names = Page(path).Spans.Select(span => Setting().Match(span)).Where(match => match.Success)
            .Select(match => match.Value).Distinct().ToArray();

        names.Should().NotBeEmpty();
        names.Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();
    }

    private static MarkdownPage Page(string path) => Pages.Single(page => page.Path == path);

    private static bool LeadsSomewhere(MarkdownPage page, string link)
    {
        var parts = link.Split('#', 2);
        var path = parts[0].Length == 0
            ? page.Path
            : Path.GetRelativePath(SourceTree.Root, Path.Combine(SourceTree.Root, Path.GetDirectoryName(page.Path)!, parts[0]));
        var full = Path.Combine(SourceTree.Root, path);
        return (File.Exists(full) || Directory.Exists(full))
            && (parts.Length == 1 || Page(path).Anchors.Contains(parts[1]));
    }

    private static bool Exists(string name)
    {
        var parts = name.Split('.');
        var declared = new Regex($@"\b(class|interface|enum|record|struct) {parts[0]}\b");
        return Sources.Any(file => declared.IsMatch(file.Text)
            && (parts.Length == 1 || Regex.IsMatch(file.Text, $@"\b{parts[1]}\b")));
    }

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Elsewhere();

    // Two words at least, so that neither a status nor a name of something else is taken for a type.
    [GeneratedRegex(@"^I?([A-Z][a-z]+){2,}(\.[A-Z]\w+)?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[A-Z][A-Za-z]+__\w+")]
    private static partial Regex Setting();
}
