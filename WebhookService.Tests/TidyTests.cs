using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests;

/// <summary>The project layout and conventions, enforced by tests.</summary>
[TestFixture]
internal sealed partial class TidyTests
{
    private const int MaxColumns = 120;

    // A table of test cases is easiest to read with one case per line.
    private const int MaxTestColumns = 160;

    // Files of sibling types, none of which is the main one, have the name of the group.
    private static readonly string[] Families = ["StoreOutcomes", "InboxRequests", "HistoryRows"];

    /// <summary>The only places that may catch every exception, and why.</summary>
    private static readonly Dictionary<string, int> CatchAlls = new()
    {
        // The external call: any exception is a failure of that transaction. The item: one never stops the others.
        ["WebhookService.Infrastructure/Processing/TransactionProcessor.cs"] = 2,

        // The handler is the application's code: any exception is the result of that attempt.
        ["WebhookService.Infrastructure/ExternalApi/HandlerCalls.cs"] = 1,

        // The cycle: an unavailable store ends a sweep, not recovery. The other releases capacity and rethrows.
        ["WebhookService.Infrastructure/Processing/TransactionRecovery.cs"] = 2,

        // The round: an unreadable row ends it, but not the service.
        ["WebhookService.Infrastructure/Retention/ContentPruner.cs"] = 1,

        // One look for one kind of alert: a fault in it must not end later looks, or those for other kinds.
        ["WebhookService.Infrastructure/Alerts/AlertService.cs"] = 1,

        // The first reads: an error there is a fault of one row, and the service still starts.
        ["WebhookService.Infrastructure/Reading/FirstReads.cs"] = 1,

        // The first requests prepare others; a caller's own request reports what fails.
        ["WebhookService.Api/Http/FirstRequests.cs"] = 1,

        // The files of settings: the old settings stay in force, whatever happens to a mount.
        ["WebhookService.Api/Reloading/SettingsReload.cs"] = 1,

        // The lookups of a query: of several, each is tried alone; one that cannot be read is answered so.
        ["WebhookService.Infrastructure/Reading/LookupQueue.cs"] = 2,
        ["WebhookService.Api/Transactions/FindAnswer.cs"] = 1,

        // The round again: a failed read of a figure must not end later sampling.
        ["WebhookService.Infrastructure/Statistics/StatsFeed.cs"] = 1,
        ["WebhookService.Infrastructure/Statistics/SampleRecorder.cs"] = 1,

        // They roll back or close the connection after any exception, and report the outcome of the batch.
        ["WebhookService.Infrastructure/Writing/Sqlite/SqliteBatchWriter.cs"] = 1,
        ["WebhookService.Infrastructure/Inbox/InboxWriter.cs"] = 1,
        ["WebhookService.Infrastructure/Writing/Server/ServerBatchWriter.cs"] = 1,
        ["WebhookService.Infrastructure/Writing/Server/ServerSession.cs"] = 2,

        // The batch, whose callers get an answer; and the thread, whose end would crash the process.
        ["WebhookService.Infrastructure/Writing/CommitLoop.cs"] = 2,
    };

    private static readonly SourceFile[] Sources = [.. SourceTree.Files(isGenerated: false)];

    private static IEnumerable<SourceFile> Product => Sources.Where(file => !file.IsTest);

    [Test]
    public void Sources_AreFound()
    {
        Sources.Select(file => file.Path).Should().Contain([
            "WebhookService.Domain/Transaction.cs",
            "WebhookService.Infrastructure/Writing/TransactionStore.cs",
            "WebhookService.Api/Program.cs",
            "WebhookService.Tests/TidyTests.cs",
        ]);
    }

    [Test]
    public void Lines_KeepWithinTheirColumns() =>
        FindLines(Sources.Where(file => !file.IsTest), line => line.Length > MaxColumns)
            .Concat(FindLines(Sources.Where(file => file.IsTest), line => line.Length > MaxTestColumns))
            .Should().BeEmpty();

    [Test]
    public void Comments_PromiseNothingForLater() =>
        FindLines(Sources, line => Unfinished().IsMatch(line)).Should().BeEmpty("an issue is where that belongs");

    [Test]
    public void Files_AreNotFoldedIntoRegions() =>
        FindLines(Sources, line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)).Should().BeEmpty();

    // EF Core writes one into each generated file, for obsolete calls that none of them makes: delete it there.
    [Test]
    public void Pragmas_SayWhy() =>
        Sources.Concat(SourceTree.Files(isGenerated: true)).SelectMany(file => file.Lines.Select((line, i) => (file, line, i)))
            .Where(at => at.line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal))
            .Where(at => !at.line.Contains("//", StringComparison.Ordinal)
                && !at.file.Lines[Math.Max(0, at.i - 1)].TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Select(at => at.file.At(at.i)).Should().BeEmpty();

    // The build bans the calls that it can name; this test finds other waits on the machine's own clock.
    [Test]
    public void Nothing_SleepsOrWaitsWithoutAClock() =>
        FindLines(Sources, line => Sleep().IsMatch(line)
            || (line.Contains("Task.Delay(", StringComparison.Ordinal) && !Clocked().IsMatch(line))).Should().BeEmpty();

    [Test]
    public void Nothing_BlocksOnATask_InTheProduct() =>
        FindLines(Product, line => Blocking().IsMatch(line)).Should().BeEmpty();

    [Test]
    public void CatchAlls_AreTheOnesWeMean()
    {
        var found = Product
            .Select(file => (file.Path, Count: file.Lines.Count(line => CatchAll().IsMatch(line))))
            .Where(file => file.Count > 0 && file.Path != "WebhookService.Api/Program.cs")
            .ToDictionary(file => file.Path, file => file.Count);

        found.Should().BeEquivalentTo(CatchAlls);
    }

    [Test]
    public void Namespaces_AreTheFolders() =>
        Sources.Where(file => file.Namespace is not null && file.Namespace != file.Folder.Replace('/', '.'))
            .Select(file => $"{file.Path}: {file.Namespace}").Should().BeEmpty();

    [Test]
    public void Files_AreNamedAfterTheirType() =>
        Sources.Where(file => file.Types.Length > 0 && !file.Types.Contains(file.Name))
            .Where(file => !Families.Contains(file.Name))
            .Select(file => $"{file.Path}: {file.Types[0]}").Should().BeEmpty();

    // Small values and exceptions may share a file with the type they belong to, as long as that type is small too.
    [Test]
    public void Files_HoldOneSubject() =>
        Product.Where(file => file.Types.Length > 1 && file.Lines.Length > 120)
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}").Should().BeEmpty();

    [Test]
    public void Projects_ReferenceOnlyWhatLiesBelow()
    {
        References("WebhookService.Domain").Should().BeEmpty();
        Packages("WebhookService.Domain").Should().BeEmpty();
        References("WebhookService.Infrastructure").Should().Equal("WebhookService.Domain");
        References("WebhookService.Api").Should().NotContain("WebhookService.Tests");
        Product.Where(file => file.Path.StartsWith("WebhookService.Infrastructure/", StringComparison.Ordinal))
            .Where(file => file.Text.Contains("WebhookService.Api", StringComparison.Ordinal))
            .Select(file => file.Path).Should().BeEmpty();
    }

    [Test]
    public void Controllers_KnowNothingOfTheDatabase() =>
        Product.Where(file => file.Path.StartsWith("WebhookService.Api/", StringComparison.Ordinal))
            .Where(file => Database().IsMatch(file.Text))
            .Select(file => file.Path).Should().BeEmpty();

    [Test]
    public void Versions_StandInOnePlace()
    {
        var versions = SourceTree.Projects()
            .Append(Path.Combine(SourceTree.Root, "Directory.Build.props"))
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference"))
            .Where(package => package.Attribute("Version") is not null
                || package.Attribute("VersionOverride") is not null
                || package.Element("Version") is not null);
        var pinned = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToArray();

        versions.Should().BeEmpty();
        pinned.Should().OnlyHaveUniqueItems(package => package.Attribute("Include")!.Value);
        pinned.Select(package => package.Attribute("Version")!.Value).Should().OnlyContain(
            version => Exact().IsMatch(version), "a floating version builds something else tomorrow");
    }

    [Test]
    public void Solution_NamesEveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Root, "WebhookService.sln"));
        var named = ProjectLine().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/')).ToArray();

        named.Should().HaveCountGreaterThanOrEqualTo(4).And.OnlyContain(path => File.Exists(Path.Combine(SourceTree.Root, path)));
        named.Should().BeEquivalentTo(SourceTree.Projects().Select(path => Path.GetRelativePath(SourceTree.Root, path)));
    }

    private static IEnumerable<string> FindLines(IEnumerable<SourceFile> files, Func<string, bool> isWrong) =>
        from file in files.Where(file => file.Name != nameof(TidyTests))
        from i in Enumerable.Range(0, file.Lines.Length)
        where isWrong(file.Lines[i])
        select file.At(i);

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(SourceTree.Root, project, $"{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<XElement> Packages(string project) =>
        XDocument.Load(Path.Combine(SourceTree.Root, project, $"{project}.csproj")).Descendants("PackageReference");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"Thread\.(Sleep|SpinWait)\(|SpinWait\.SpinUntil\(")]
    private static partial Regex Sleep();

    // A test that waits for another process has no clock to advance, and names the system's clock explicitly.
    [GeneratedRegex(@"Task\.Delay\(.+, (_?clock|_?timeProvider|TimeProvider\.System)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Clocked();

    [GeneratedRegex(@"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\);(?<!_work\.Wait\(\);)|Task\.WaitAll\(")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"^\s*catch\s*(\(Exception( \w+)?\)(?! when \((.*exception is |.*Is(OfDatabase|Interruption)\(exception\)|$))|$)")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"EntityFrameworkCore|Microsoft\.Data\.|SQLitePCL|Infrastructure\.Persistence\.(Providers|Commit)")]
    private static partial Regex Database();

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+|-[a-z]+\.\d+)?$")]
    private static partial Regex Exact();

    [GeneratedRegex(@"""([^""]+\.csproj)""")]
    private static partial Regex ProjectLine();
}
