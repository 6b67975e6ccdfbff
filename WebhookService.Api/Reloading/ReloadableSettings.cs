using WebhookService.Api.Hosting;
using WebhookService.Api.Security;
using WebhookService.Api.Sources;
using WebhookService.Api.Telemetry;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Reloading;

/// <summary>The settings that change without a restart, by kind.</summary>
internal sealed class ReloadableSettings(
    IServiceProvider services,
    WebhookVerifier webhooks,
    ApiKeyRing keys,
    RateLimits limits,
    SourceCatalog sources,
    SourceFactory factory,
    LogLevels levels)
{
    private static readonly string[] Limits =
    [
        $"Limits:{nameof(LimitsOptions.RequestsPerSecond)}",
        $"Limits:{nameof(LimitsOptions.Burst)}",
        $"Limits:{nameof(LimitsOptions.MaxConcurrentRequests)}",
    ];

    /// <summary>
    /// Checks settings as the start does, without a change to those in force, and prepares the kinds that can be put in
    /// force.
    /// </summary>
    /// <remarks>
    /// What turns anonymous access on or off, and a new source, belong to none of the kinds: the routes depend on them.
    /// </remarks>
    /// <exception cref="SettingException">Levels, sources or their secrets are wrong.</exception>
    /// <exception cref="AggregateException">Settings of sections are wrong.</exception>
    public IReadOnlyList<ReloadableKind> Prepare(IConfiguration settings)
    {
        services.ValidateOptions(settings);
        Require(LogLevels.FindFaults(settings));
        var security = Bind<SecurityOptions>(settings, "Security");
        var limiting = Bind<LimitsOptions>(settings, "Limits");
        List<ReloadableKind> kinds =
        [
            new("rate limits", IsLimit, _ => limits.Replace(limiting)),
            new("log levels", LogLevels.Covers, levels.Change),
            .. Renew(new SourceCatalog(settings, factory)).Select(source => new ReloadableKind(
                $"secrets of {source.Name}", IsIn($"Sources:{source.Name}:Secrets"), _ => sources.Replace(source))),
        ];
        if (webhooks.IsOn && security.WebhookSecrets.Count > 0)
        {
            kinds.Add(new(
                "webhook secrets", IsIn("Security:WebhookSecrets"), _ => webhooks.Replace(security.WebhookSecrets)));
        }

        if (!keys.IsEmpty && security.ApiKeys.Count > 0)
        {
            kinds.Add(new("API keys", IsIn("Security:ApiKeys"), _ => keys.Replace(security.ApiKeys)));
        }

        return kinds;
    }

    private Source[] Renew(SourceCatalog read)
    {
        List<string> faults = [];
        Source[] renewed =
        [
            .. sources.All.Join(
                read.All,
                source => source.Name,
                source => source.Name,
                (inForce, source) => factory.Renew(inForce, source.Options.Secrets, faults)),
        ];
        Require(faults);
        return renewed;
    }

    private static void Require(IEnumerable<string> faults)
    {
        if (string.Join(" ", faults) is { Length: > 0 } line)
        {
            throw new SettingException(line);
        }
    }

    private static TOptions Bind<TOptions>(IConfiguration settings, string section)
        where TOptions : new()
    {
        var options = new TOptions();
        settings.GetSection(section).Bind(options);
        return options;
    }

    private static bool IsLimit(string key) => Limits.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static Func<string, bool> IsIn(string list) =>
        key => key.StartsWith($"{list}:", StringComparison.OrdinalIgnoreCase);
}
