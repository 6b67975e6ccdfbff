using System.Text.RegularExpressions;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Docs;

/// <summary>A page of the documentation; its path is relative to the repository.</summary>
internal sealed partial class MarkdownPage
{
    private readonly string _text;

    public MarkdownPage(string path)
    {
        Path = path;
        _text = File.ReadAllText(System.IO.Path.Combine(SourceTree.Root, path));
        var prose = Fence().Replace(_text, "");
        Anchors = ReadAnchors(prose);
        Links = [.. Link().Matches(Span().Replace(prose, "")).Select(match => match.Groups[1].Value + match.Groups[2].Value)];
        Spans = [.. Span().Matches(prose).Select(match => match.Groups[1].Value)];
    }

    public string Path { get; }

    /// <summary>Where its links and pictures lead.</summary>
    public string[] Links { get; }

    /// <summary>What stands in backticks in its sentences.</summary>
    public string[] Spans { get; }

    /// <summary>The names that GitHub gives its headings.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>The program that says in its first line how its file is called.</summary>
    public string Program(string file) => Fence().Matches(_text)
        .Select(match => match.Groups[1].Value)
        .Single(code => code.StartsWith($"# {file} ", StringComparison.Ordinal)
            || code.StartsWith($"// {file} ", StringComparison.Ordinal));

    private static HashSet<string> ReadAnchors(string prose)
    {
        Dictionary<string, int> counts = [];
        HashSet<string> anchors = [];
        foreach (Match heading in Heading().Matches(prose))
        {
            var shown = LinkText().Replace(heading.Groups[1].Value, "$1");
            var name = Unnamed().Replace(shown.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var before = counts.GetValueOrDefault(name);
            counts[name] = before + 1;
            anchors.Add(before == 0 ? name : $"{name}-{before}");
        }

        return anchors;
    }

    [GeneratedRegex(@"^ *```\w*\n(.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\]\(([^)\s]+)\)|(?:src|href)=""([^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Unnamed();
}
