using WebhookService.Api.Reloading;
using WebhookService.Api.Telemetry;

namespace WebhookService.Api;

/// <summary>Registers what takes up changed settings.</summary>
internal static class ReloadingExtensions
{
    /// <summary>Takes up changed files while the service serves. Call it after adding the last file.</summary>
    public static void AddSettingsReload(this WebApplicationBuilder builder)
    {
        var levels = new LogLevels();
        IConfigurationBuilder configuration = builder.Configuration;
        configuration.Add(levels);
        builder.Services.AddSingleton(levels)
            .AddSingleton(new SettingsFiles(configuration))
            .AddSingleton<ReloadableSettings>()
            .AddHostedService<SettingsReload>();
    }
}
