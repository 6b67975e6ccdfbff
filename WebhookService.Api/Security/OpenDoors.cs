using Microsoft.Extensions.Options;
using WebhookService.Api.Hosting;

namespace WebhookService.Api.Security;

/// <summary>The doors that no secret or key locks: a warning in Development, a refusal elsewhere.</summary>
internal sealed partial class OpenDoors(
    WebhookVerifier webhooks,
    ApiKeyRing ring,
    IOptions<SecurityOptions> options,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime,
    ILogger<OpenDoors> logger)
{
    private static readonly (string Policy, string Key, string What)[] Doors =
    [
        (Access.Send, "Security__WebhookSecrets__0", "send transactions"),
        (Access.Read, "Security__ApiKeys__0", "read and operate"),
    ];

    /// <summary>Whether anybody may pass a door of <see cref="Access"/>.</summary>
    public bool IsOpen(string policy) => policy == Access.Send ? !webhooks.IsOn : ring.IsEmpty;

    /// <summary>Call it before the service listens.</summary>
    /// <exception cref="SettingException">It is not Development, and nobody said that this is meant.</exception>
    public void Check()
    {
        var open = Doors.Where(door => IsOpen(door.Policy)).ToArray();
        if (open.Length == 0)
        {
            return;
        }

        var keys = string.Join(" and ", open.Select(door => door.Key));
        var what = string.Join(", ", open.Select(door => door.What));
        if (!environment.IsDevelopment() && !options.Value.AllowAnonymous)
        {
            throw new SettingException(
                $"In {environment.EnvironmentName} {keys} must be set, or else anybody may {what}. The command "
                + "new-key makes an API key; Security__AllowAnonymous=true leaves it open, "
                + "and so does ENVIRONMENT=local on your own machine.");
        }

        // The first line of a log takes its time, and nobody is harmed before the service listens.
        lifetime.ApplicationStarted.Register(() => Log.Open(logger, what, keys));
    }

    private static partial class Log
    {
        [LoggerMessage(71, LogLevel.Warning, "Anybody who reaches this port may {What}: {Keys} not set.")]
        public static partial void Open(ILogger logger, string what, string keys);
    }
}
