using Microsoft.Extensions.Options;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.ExternalApi;

/// <summary>Rejects an address, a header or a secret that calls cannot use.</summary>
internal sealed class ExternalApiOptionsValidator : IValidateOptions<ExternalApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ExternalApiOptions options)
    {
        if (options.Url.Length > 0
            && !(Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https"
                && url.UserInfo.Length == 0))
        {
            return ValidateOptionsResult.Fail(
                "ExternalApi__Url must be an absolute http or https address without a user "
                + "(use a header for secrets).");
        }

        foreach (var (header, value) in options.Headers)
        {
            if (!ExternalApiRequest.TakesHeader(header, value))
            {
                return ValidateOptionsResult.Fail(
                    $"ExternalApi__Headers__{header} is not an allowed header, or its value has several lines.");
            }
        }

        return options.SigningSecrets.TrueForAll(secret => WebhookSignature.TryReadSecret(secret, out _))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"ExternalApi__SigningSecrets must be {WebhookSignature.SecretRule}.");
    }
}
