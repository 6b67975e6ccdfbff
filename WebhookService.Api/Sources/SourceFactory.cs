using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Sources;

/// <summary>Creates sources from their settings and definitions. Its faults never repeat a secret.</summary>
/// <param name="clock">The service's time.</param>
/// <param name="certificates">Fetches PayPal's certificates.</param>
internal sealed class SourceFactory(TimeProvider clock, CertificateClient certificates)
{
    private const string Custom = "custom";
    private const string DefaultHost = "*.paypal.com";
    private const int MaxSecrets = 100;

    private static readonly string[] Members = [.. typeof(SourceOptions).GetProperties().Select(it => it.Name)];

    private static readonly string[] Lists = [nameof(SourceOptions.Secrets), nameof(SourceOptions.CertificateHosts)];

    /// <summary>Creates the source of a section, or adds its faults.</summary>
    public bool TryCreate(IConfigurationSection section, List<string> faults, [NotNullWhen(true)] out Source? source)
    {
        source = null;
        var before = faults.Count;
        var path = SettingName.Of(section.Path);
        faults.AddRange(FindFaultsOfKeys(section));
        if (faults.Count > before || ReadOptions(section, faults) is not { } options)
        {
            return false;
        }

        faults.AddRange(FindFaults(path, options));
        if (faults.Count > before || ReadDefinition(path, options, faults) is not { } definition)
        {
            return false;
        }

        faults.AddRange(FindFaultsOfSigning(path, options, definition));
        if (faults.Count > before)
        {
            return false;
        }

        source = Create(section.Key, options, definition);
        return true;
    }

    /// <summary>The same source with other secrets; the source itself if they are the same.</summary>
    /// <param name="source">The source in force.</param>
    /// <param name="secrets">Its new secrets.</param>
    /// <param name="faults">Receives the faults of the secrets.</param>
    public Source Renew(Source source, List<string> secrets, List<string> faults)
    {
        if (source.Options.Secrets.SequenceEqual(secrets))
        {
            return source;
        }

        var options = source.Options.With(secrets);
        faults.AddRange(FindFaultsOfSigning($"Sources__{source.Name}", options, source.Definition));
        return faults.Count == 0 ? Create(source.Name, options, source.Definition) : source;
    }

    // The binder ignores unknown members, and a text where a list is expected: signatures would not be checked.
    private static IEnumerable<string> FindFaultsOfKeys(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            var name = SettingName.Of(child.Path);
            if (!Members.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{name} is unknown; the settings of a source are {string.Join(", ", Members)}.";
            }
            else if (Lists.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && !string.IsNullOrEmpty(child.Value))
            {
                yield return $"{name} is a list: write {name}__0 and so on.";
            }
        }
    }

    private static SourceOptions? ReadOptions(IConfigurationSection section, List<string> faults)
    {
        try
        {
            return section.Get<SourceOptions>() ?? new SourceOptions();
        }
        catch (InvalidOperationException exception)
        {
            faults.Add(SettingName.Explain(exception));
            return null;
        }
    }

    private static IEnumerable<string> FindFaults(string path, SourceOptions options)
    {
        if (options.Provider != Custom && !BuiltInDefinitions.Names.Contains(options.Provider))
        {
            yield return $"{path}__Provider must be one of {string.Join(", ", BuiltInDefinitions.Names)}, {Custom}.";
        }

        if (options.Provider == Custom && options.Definition.Length == 0)
        {
            yield return $"{path}__Definition must be the path of a JSON file, since the provider is {Custom}.";
        }

        if (options.MaxBodySize is < SourceOptions.MinMaxBodySize or > SourceOptions.MaxMaxBodySize)
        {
            yield return $"{path}__MaxBodySize must be from {SourceOptions.MinMaxBodySize} to "
                + $"{SourceOptions.MaxMaxBodySize}.";
        }

        if (options.MaxEvents is < 1 or > SourceOptions.MaxMaxEvents)
        {
            yield return $"{path}__MaxEvents must be from 1 to {SourceOptions.MaxMaxEvents}.";
        }

        for (var i = 0; i < options.CertificateHosts.Count; i++)
        {
            if (!CertificateHosts.IsValid(options.CertificateHosts[i]))
            {
                yield return $"{path}__CertificateHosts__{i} must be {CertificateHosts.Rule}.";
            }
        }
    }

    private static SourceDefinition? ReadDefinition(string path, SourceOptions options, List<string> faults)
    {
        var file = options.Definition.Length > 0 ? options.Definition : options.Provider;
        try
        {
            return SourceDefinition.Parse(
                options.Definition.Length > 0 ? File.ReadAllBytes(file) : BuiltInDefinitions.Read(options.Provider));
        }
        catch (DefinitionException exception)
        {
            faults.Add($"{path}__Definition, {file}: {exception.Message}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            faults.Add(exception is JsonException { LineNumber: { } line }
                ? $"{path}__Definition, {file}: line {line + 1} must be valid JSON."
                : $"{path}__Definition, {file}: the whole file must be valid JSON without repeated names.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}__Definition must be a file that can be read: {exception.Message}");
        }

        return null;
    }

    private static IEnumerable<string> FindFaultsOfSigning(
        string path, SourceOptions options, SourceDefinition definition)
    {
        var signatures = definition.Signatures;
        var keyed = signatures.Where(it => it.Algorithm != SignatureAlgorithm.PayPal).ToArray();
        if (options.Secrets.Count == 0 && keyed.Length > 0)
        {
            yield return $"{path}__Secrets__0 must be set: the secret that the provider signs with.";
        }

        if (options.Secrets.Count > MaxSecrets)
        {
            yield return $"{path}__Secrets takes {MaxSecrets} at most.";
        }

        if (options.Secrets.Count > 0 && keyed.Length == 0)
        {
            yield return $"{path}__Secrets must be empty: its definition uses no secret.";
        }

        foreach (var form in keyed.Select(it => it.Secret).Distinct())
        {
            for (var i = 0; i < options.Secrets.Count; i++)
            {
                if (!SignatureKey.TryRead(form, options.Secrets[i], out _))
                {
                    yield return $"{path}__Secrets__{i} must be {SignatureKey.Rule(form)}.";
                }
            }
        }

        if (options.Url.Length == 0 && signatures.Any(it => it.Signed.Has(SignedPartKind.Url)))
        {
            yield return $"{path}__Url must be the address as the provider knows it: it is part of what is signed.";
        }

        if (options.WebhookId.Length == 0 && keyed.Length < signatures.Count)
        {
            yield return $"{path}__WebhookId must be PayPal's id of the webhook: it is part of what is signed.";
        }
    }

    private Source Create(string name, SourceOptions options, SourceDefinition definition) =>
        new(name, options, definition, [.. definition.Signatures.Select(it => ToSignature(it, options))]);

    private SourceSignature ToSignature(SignatureDefinition definition, SourceOptions options) =>
        definition.Algorithm switch
        {
            SignatureAlgorithm.Adyen => new AdyenSignature(ToKeys(definition, options)),
            SignatureAlgorithm.PayPal => new PayPalSignature(
                options.WebhookId,
                new PayPalCertificates(
                    certificates,
                    new CertificateHosts(options.CertificateHosts.Count > 0 ? options.CertificateHosts : [DefaultHost]),
                    clock)),
            _ => new HeaderSignature(definition, ToKeys(definition, options), options.Url),
        };

    private static byte[][] ToKeys(SignatureDefinition definition, SourceOptions options) =>
    [
        .. options.Secrets.Select(
            secret => SignatureKey.TryRead(definition.Secret, secret, out var key) ? key : throw new FormatException()),
    ];
}
