using System.Text.Json;
using System.Text.RegularExpressions;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Deploy;

/// <summary>One instruction: what it is called, and the rest of its line.</summary>
internal sealed record Instruction(string Name, string Rest)
{
    /// <summary>What follows, without the flags before it.</summary>
    public string[] Words =>
        [.. Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>A command in the form that needs no shell; null in any other form.</summary>
    public string[]? Command => Rest.IndexOf('[', StringComparison.Ordinal) is >= 0 and var start
        ? JsonSerializer.Deserialize<string[]>(Rest[start..])
        : null;
}

/// <summary>The Dockerfile as its text shows it, and what .dockerignore leaves of the repository for it.</summary>
internal static partial class Dockerfile
{
    private static readonly string[] Ignored = ReadLines(".dockerignore");

    public static Instruction[] Instructions { get; } = Read();

    /// <summary>The instructions of the stage that becomes the image.</summary>
    public static Instruction[] Image { get; } =
        [.. Instructions[Array.FindLastIndex(Instructions, instruction => instruction.Name == "FROM")..]];

    /// <summary>Variables that the image sets.</summary>
    public static Dictionary<string, string> Variables { get; } = Image
        .Where(instruction => instruction.Name == "ENV")
        .SelectMany(instruction => Variable().Matches(instruction.Rest))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));

    /// <summary>What is copied from the repository.</summary>
    public static string[] Sources { get; } =
    [
        .. Instructions
            .Where(instruction => instruction.Name == "COPY" && !instruction.Rest.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(instruction => instruction.Words[..^1]),
    ];

    /// <summary>Whether the builder never sees a file: the last line that fits it, or a folder above it, decides.</summary>
    public static bool Ignores(string path)
    {
        var isIgnored = false;
        foreach (var line in Ignored)
        {
            var isException = line[0] == '!';
            if (Fits(isException ? line[1..] : line, path))
            {
                isIgnored = !isException;
            }
        }

        return isIgnored;
    }

    private static bool Fits(string pattern, string path)
    {
        var expression = Regex.Escape(pattern)
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(path, $"^{expression}(/.*)?$");
    }

    private static Instruction[] Read()
    {
        var text = string.Join('\n', ReadLines("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);
        return
        [
            .. text.Split('\n').Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries))
                .Select(parts => new Instruction(parts[0], parts[1])),
        ];
    }

    private static string[] ReadLines(string file) =>
    [
        .. File.ReadLines(Path.Combine(SourceTree.Root, file))
            .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'),
    ];

    [GeneratedRegex(@"(\w+)=(""[^""]*""|\S*)")]
    private static partial Regex Variable();
}
