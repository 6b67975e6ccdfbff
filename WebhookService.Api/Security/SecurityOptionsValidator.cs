using System.Net;
using Microsoft.Extensions.Options;
using WebhookService.Api.Security.Keys;
using WebhookService.Domain;

namespace WebhookService.Api.Security;

/// <summary>Rejects settings that would admit nobody or the wrong callers. It never repeats a secret.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        string[] faults = [.. FindFaults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindFaults(SecurityOptions options)
    {
        if (Math.Max(options.WebhookSecrets.Count, options.ApiKeys.Count) > SecurityOptions.MaxSecrets)
        {
            yield return $"Security__WebhookSecrets and Security__ApiKeys take {SecurityOptions.MaxSecrets} at most.";
        }

        for (var i = 0; i < options.WebhookSecrets.Count; i++)
        {
            if (!WebhookSignature.TryReadSecret(options.WebhookSecrets[i], out _))
            {
                yield return $"Security__WebhookSecrets__{i} must be {WebhookSignature.SecretRule}.";
            }
        }

        foreach (var fault in FindFaultsOfKeys(options.ApiKeys))
        {
            yield return fault;
        }

        for (var i = 0; i < options.KnownProxies.Count; i++)
        {
            // The parser also accepts "10" as an address, which is never intended.
            var proxy = options.KnownProxies[i];
            if (!IPNetwork.TryParse(proxy, out _)
                && !(IPAddress.TryParse(proxy, out _) && proxy.AsSpan().ContainsAny('.', ':')))
            {
                yield return $"Security__KnownProxies__{i} must be an address or a network such as 10.0.0.0/8.";
            }
        }
    }

    private static IEnumerable<string> FindFaultsOfKeys(List<string> settings)
    {
        HashSet<string> hashes = [];
        for (var i = 0; i < settings.Count; i++)
        {
            if (!ApiKey.TryParse(settings[i], out var key))
            {
                yield return $"Security__ApiKeys__{i} must be {ApiKey.Rule}; the command new-key creates one.";
            }
            else if (!hashes.Add(Convert.ToHexString(key.Hash)))
            {
                yield return $"Security__ApiKeys__{i} has the same hash as another one.";
            }
        }
    }
}
