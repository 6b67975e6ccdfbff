using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>
/// Rejects an address or a secret that alerts cannot use. It never repeats either: both may be secret.
/// </summary>
internal sealed class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        if (options.Url.Length > 0
            && !(Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https"
                && url.UserInfo.Length == 0))
        {
            return ValidateOptionsResult.Fail("Alerts__Url must be an absolute http or https address without a user.");
        }

        return options.Secret.Length == 0 || WebhookSignature.TryReadSecret(options.Secret, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Alerts__Secret must be {WebhookSignature.SecretRule}.");
    }
}
