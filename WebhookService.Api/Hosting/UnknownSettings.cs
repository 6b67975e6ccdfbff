using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Hosting;

/// <summary>Warns of misspelt settings, which would otherwise be ignored silently.</summary>
internal static partial class UnknownSettings
{
    /// <summary>Sections of the framework and of named sources, and the settings without a section.</summary>
    public static readonly string[] Others =
    [
        "DATABASE_URL", "ENVIRONMENT", "PORT", "Sources", "Logging", "Kestrel", "AllowedHosts", "URLS",
    ];

    /// <summary>Logs a line for each setting that has no effect.</summary>
    public static void WarnOfUnknownSettings(this IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<Draining>>();
        foreach (var (name, nearest) in services.FindUnknownSettings(Others))
        {
            Log.Unknown(logger, name, nearest is null ? "no setting is similar" : $"did you mean {nearest}?");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(106, LogLevel.Warning, "The setting {Name} does not exist and has no effect; {Hint}")]
        public static partial void Unknown(ILogger logger, string name, string hint);
    }
}
