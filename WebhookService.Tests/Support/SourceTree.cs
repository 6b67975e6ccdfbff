namespace WebhookService.Tests.Support;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>C# files, either those written by hand or those that EF Core generated.</summary>
    public static IEnumerable<SourceFile> Files(bool isGenerated) =>
        from path in Find("*.cs")
        where path.Contains("/Migrations/", StringComparison.Ordinal) == isGenerated
        select new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path));

    public static IEnumerable<string> Projects() => Find("*.csproj");

    /// <summary>The pages of the documentation, as paths relative to the repository.</summary>
    public static IEnumerable<string> Pages() => Find("*.md").Select(path => Path.GetRelativePath(Root, path));

    private static IEnumerable<string> Find(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories).Where(path => !IsBuilt(path));

    private static bool IsBuilt(string path)
    {
        var parts = Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar);

        // The samples are applications of their own, outside the solution; the tests of the samples build and run them.
        return parts.Any(part => part is "artifacts" or "bin" or "obj" or "samples" || part.StartsWith('.'));
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "WebhookService.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
