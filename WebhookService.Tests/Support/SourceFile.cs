using System.Text.RegularExpressions;

namespace WebhookService.Tests.Support;

/// <summary>The text of a C# file; its path is relative to the repository.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    public string[] Lines { get; } = Text.TrimEnd('\n').Split('\n');

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public bool IsTest => Path.StartsWith("WebhookService.Tests/", StringComparison.Ordinal);

    public string? Namespace => NamespaceLine().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The names of its top-level types.</summary>
    public string[] Types { get; } =
        [.. TopLevelType().Matches(Text).Select(match => match.Groups[1].Value).Distinct()];

    public string At(int index) => $"{Path}:{index + 1}: {Lines[index].Trim()}";

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:public|internal)(?: (?:static|abstract|sealed|partial|readonly|ref))* "
        + @"(?:class|interface|enum|record struct|record|struct) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
