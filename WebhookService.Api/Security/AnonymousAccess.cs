using Microsoft.Extensions.Options;
using WebhookService.Api.Hosting;

namespace WebhookService.Api.Security;

/// <summary>Anonymous access, where no secret or key is set: a warning in Development, an error elsewhere.</summary>
internal sealed partial class AnonymousAccess(
    WebhookVerifier webhooks,
    ApiKeyRing ring,
    IOptions<SecurityOptions> options,
    IConfiguration configuration,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime,
    ILogger<AnonymousAccess> logger)
{
    private static readonly (string Policy, string Key, string What)[] Policies =
    [
        (Access.Send, "Security__WebhookSecrets__0", "send transactions"),
        (Access.Read, "Security__ApiKeys__0", "read and operate"),
    ];

    /// <summary>Whether anonymous access is intended wherever no secret or key is set.</summary>
    public bool IsIntended => environment.IsDevelopment() || options.Value.AllowAnonymous;

    // Sources have their own secrets. Without one for this service's own format, nobody sends in it.
    private bool IsClosedToSenders => !IsIntended && configuration.GetSection("Sources").GetChildren().Any();

    /// <summary>Whether a policy of <see cref="Access"/> allows anonymous access.</summary>
    public bool IsAllowed(string policy) =>
        policy == Access.Send ? !webhooks.IsOn && !IsClosedToSenders : ring.IsEmpty;

    /// <summary>Checks that anonymous access is intended. Call it before the service listens.</summary>
    /// <exception cref="SettingException">Anonymous access is not allowed, and this is not Development.</exception>
    public void Check()
    {
        var open = Policies.Where(it => IsAllowed(it.Policy)).ToArray();
        if (open.Length == 0)
        {
            return;
        }

        var keys = string.Join(" and ", open.Select(it => it.Key));
        var what = string.Join(", ", open.Select(it => it.What));
        if (!IsIntended)
        {
            throw new SettingException(
                $"In {environment.EnvironmentName} {keys} must be set; otherwise anyone may {what}. The command "
                + "new-key creates an API key; Security__AllowAnonymous=true allows anonymous access, "
                + "as does ENVIRONMENT=local on your own machine.");
        }

        // Writing the first log line is slow, and nothing is exposed before the service listens.
        lifetime.ApplicationStarted.Register(() => Log.Open(logger, what, keys));
    }

    private static partial class Log
    {
        [LoggerMessage(71, LogLevel.Warning, "Anyone who reaches this port may {What}: {Keys} not set.")]
        public static partial void Open(ILogger logger, string what, string keys);
    }
}
