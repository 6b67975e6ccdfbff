using WebhookService.Api.Telemetry;

namespace WebhookService.Api.Reloading;

/// <summary>Reads the files of settings and secrets again, without a change to the settings in force.</summary>
/// <param name="start">The sources that the service started with.</param>
internal sealed class SettingsFiles(IConfigurationBuilder start)
{
    /// <summary>Reads all sources anew; variables and arguments are those of the start.</summary>
    /// <exception cref="InvalidDataException">A file is not JSON.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public Dictionary<string, string?> Read()
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in start.Sources.Where(source => source is not LogLevels))
        {
            builder.Add(source);
        }

        return ValuesOf(builder.Build());
    }

    /// <summary>A configuration of values.</summary>
    public static IConfiguration Of(IEnumerable<KeyValuePair<string, string?>> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    /// <summary>The values of a configuration by their keys, whose case does not count.</summary>
    public static Dictionary<string, string?> ValuesOf(IConfiguration configuration) =>
        configuration.AsEnumerable().Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The values that differ from others, and null for those that only the others have.</summary>
    public static Dictionary<string, string?> FindChanges(
        Dictionary<string, string?> values, Dictionary<string, string?> others) =>
        values.Keys.Union(others.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(key => values.GetValueOrDefault(key) != others.GetValueOrDefault(key))
            .ToDictionary(key => key, values.GetValueOrDefault, StringComparer.OrdinalIgnoreCase);
}
