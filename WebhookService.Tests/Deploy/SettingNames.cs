using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using WebhookService.Api.Sources;

namespace WebhookService.Tests.Deploy;

/// <summary>Which variables mean something to the service, so that a misspelt one is found.</summary>
internal static partial class SettingNames
{
    // Settings of the platform and of SQLite, and one that appsettings.json cannot contain.
    private static readonly string[] Others = ["ENVIRONMENT", "SQLITE_TMPDIR", "Logging__Console__FormatterName"];

    // Any header may be set.
    private const string Headers = "ExternalApi__Headers__";

    // It lists every key; SettingsTests sees to that.
    private static readonly IConfiguration Settings = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
        .Build();

    public static bool IsKnown(string variable)
    {
        if (Others.Contains(variable) || Platform().IsMatch(variable) || IsOfSource(variable)
            || variable.StartsWith(Headers, StringComparison.Ordinal))
        {
            return true;
        }

        var key = Index().Replace(variable, "").Replace("__", ":", StringComparison.Ordinal);
        var parent = key.LastIndexOf(':') is > 0 and var end ? Settings.GetSection(key[..end]) : Settings;
        return parent.GetChildren().Any(child => child.Path == key);
    }

    private static bool IsOfSource(string variable) => Source().Match(variable) is { Success: true } match
        && typeof(SourceOptions).GetProperty(match.Groups[1].Value) is not null;

    [GeneratedRegex("^Sources__[A-Za-z0-9-]+__([A-Za-z]+)(__[0-9]+)?$")]
    private static partial Regex Source();

    [GeneratedRegex("^(DOTNET|ASPNETCORE|OTEL|Kestrel_)_")]
    private static partial Regex Platform();

    [GeneratedRegex("__[0-9]+$")]
    private static partial Regex Index();
}
