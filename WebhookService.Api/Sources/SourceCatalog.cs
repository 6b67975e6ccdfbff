using System.Diagnostics.CodeAnalysis;
using WebhookService.Api.Hosting;

namespace WebhookService.Api.Sources;

/// <summary>The configured sources: section <c>Sources</c>, one for each name.</summary>
internal sealed class SourceCatalog
{
    private const string Section = "Sources";

    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);

    /// <summary>Reads and validates all sources.</summary>
    /// <exception cref="SettingException">A setting or a definition is wrong; one line says where.</exception>
    public SourceCatalog(IConfiguration configuration, SourceFactory factory)
    {
        List<string> faults = [];
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            if (!SourceName.IsValid(section.Key))
            {
                faults.Add($"{section.Path} is not the name of a source, which is {SourceName.Rule}.");
            }
            else if (factory.TryCreate(section, faults, out var source))
            {
                _sources.Add(source.Name, source);
            }
        }

        if (faults.Count > 0)
        {
            throw new SettingException(string.Join(" ", faults));
        }

        All = [.. _sources.Values.OrderBy(source => source.Name, StringComparer.Ordinal)];
    }

    /// <summary>All of them, ordered by name.</summary>
    public IReadOnlyList<Source> All { get; }

    public bool TryFind(string name, [NotNullWhen(true)] out Source? source) => _sources.TryGetValue(name, out source);
}
