namespace WebhookService.Api.Sources.Definitions;

/// <summary>The definitions that come with the service: one embedded file for each provider.</summary>
internal static class BuiltInDefinitions
{
    private const string Suffix = ".json";

    private static readonly string Prefix = $"{typeof(BuiltInDefinitions).Namespace}.";

    /// <summary>The names of the providers, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BuiltInDefinitions).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The file of a provider of <see cref="Names"/>.</summary>
    public static byte[] Read(string name)
    {
        using var file = typeof(BuiltInDefinitions).Assembly.GetManifestResourceStream(Prefix + name + Suffix)!;
        var json = new byte[file.Length];
        file.ReadExactly(json);
        return json;
    }
}
