using System.Diagnostics.CodeAnalysis;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Sources;

/// <summary>The configured sources: section <c>Sources</c>, one for each name.</summary>
internal sealed class SourceCatalog
{
    private const string Section = "Sources";

    // Replaced as a whole, so that a request sees all secrets of a source, the old or the new.
    private volatile Dictionary<string, Source> _sources;

    /// <summary>Reads and validates all sources.</summary>
    /// <exception cref="SettingException">A setting or a definition is wrong; one line says where.</exception>
    public SourceCatalog(IConfiguration configuration, SourceFactory factory)
    {
        List<string> faults = [];
        Dictionary<string, Source> sources = new(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            if (!SourceName.IsValid(section.Key))
            {
                faults.Add($"{SettingName.Of(section.Path)} is not the name of a source, which is {SourceName.Rule}.");
            }
            else if (factory.TryCreate(section, faults, out var source))
            {
                sources.Add(source.Name, source);
            }
        }

        if (faults.Count > 0)
        {
            throw new SettingException(string.Join(" ", faults));
        }

        _sources = sources;
    }

    /// <summary>All of them, ordered by name.</summary>
    public IReadOnlyList<Source> All =>
        [.. _sources.Values.OrderBy(source => source.Name, StringComparer.Ordinal)];

    public bool TryFind(string name, [NotNullWhen(true)] out Source? source) => _sources.TryGetValue(name, out source);

    /// <summary>Replaces the source of the same name; requests that have begun keep the old one.</summary>
    public void Replace(Source renewed) =>
        _sources = new Dictionary<string, Source>(_sources, StringComparer.Ordinal) { [renewed.Name] = renewed };
}
