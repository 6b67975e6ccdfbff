using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Telemetry;

/// <summary>The levels of the log, <c>Logging:LogLevel</c> and those of a provider; they change at run time.</summary>
internal sealed class LogLevels : ConfigurationProvider, IConfigurationSource
{
    private const string Section = "Logging";
    private const string Levels = "LogLevel";

    /// <summary>Whether a key of the configuration is a level.</summary>
    public static bool Covers(string key) => key.Split(':') is { Length: 3 or 4 } path
        && path[0].Equals(Section, StringComparison.OrdinalIgnoreCase)
        && path[^2].Equals(Levels, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the faults of all levels; the framework would not name the setting.</summary>
    public static IEnumerable<string> FindFaults(IConfiguration configuration) =>
        configuration.GetSection(Section).AsEnumerable()
            .Where(setting => Covers(setting.Key) && !string.IsNullOrEmpty(setting.Value)
                && !Enum.TryParse<LogLevel>(setting.Value, ignoreCase: true, out _))
            .Select(setting =>
                $"{SettingName.Of(setting.Key)} must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Puts changed levels in force, which take precedence over those of the start.</summary>
    /// <param name="changes">Levels by their keys; null for one that is no longer set.</param>
    public void Change(IEnumerable<KeyValuePair<string, string?>> changes)
    {
        Dictionary<string, string?> levels = new(Data, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, level) in changes)
        {
            levels[key] = level;
        }

        Data = levels;
        OnReload();
    }
}
