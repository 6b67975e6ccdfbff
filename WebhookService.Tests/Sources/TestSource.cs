using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Domain;

namespace WebhookService.Tests.Sources;

/// <summary>Sources as the service would configure them.</summary>
internal static class TestSource
{
    /// <summary>The address that Square signs.</summary>
    public const string Url = "https://webhook.site/webhooks";

    public static readonly DateTimeOffset Now = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>The catalog of these settings, such as <c>("Sources:shop:Provider", "stripe")</c>.</summary>
    public static SourceCatalog Catalog(params (string Key, string? Value)[] settings) =>
        Catalog(new SourceFactory(new FakeTimeProvider(Now), new CertificateClient()), settings);

    public static SourceCatalog Catalog(SourceFactory factory, params (string Key, string? Value)[] settings) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(it => new KeyValuePair<string, string?>(it.Key, it.Value))).Build(),
        factory);

    /// <summary>A source of a built-in provider, named after it.</summary>
    public static Source BuiltIn(string provider, params IEnumerable<string> secrets) => Catalog(
    [
        ($"Sources:{provider}:Provider", provider),
        ($"Sources:{provider}:Url", Url),
        ($"Sources:{provider}:WebhookId", "1JE4291016473214C"),
        .. secrets.Select((secret, i) => ($"Sources:{provider}:Secrets:{i}", (string?)secret)),
    ]).All.Single();

    /// <summary>A source of this definition, without a signature.</summary>
    public static Source Of(string definition, string name = "shop") =>
        new(name, new SourceOptions(), SourceDefinition.Parse(Encoding.UTF8.GetBytes(definition)), []);

    public static HeaderDictionary Headers(params IEnumerable<(string Name, string Value)> headers)
    {
        HeaderDictionary all = [];
        foreach (var (name, value) in headers)
        {
            all.Append(name, value);
        }

        return all;
    }

    public static SignatureFault Verify(
        this Source source, string body, DateTimeOffset now, params IEnumerable<(string Name, string Value)> headers) =>
        source.VerifyNow(Encoding.UTF8.GetBytes(body), now, Headers(headers));

    /// <summary>Verifies, which must not wait for anything.</summary>
    public static SignatureFault VerifyNow(this Source source, byte[] body, DateTimeOffset now, IHeaderDictionary headers)
    {
        var verifying = source.VerifyAsync(headers, body, now, CancellationToken.None);
        return verifying.IsCompletedSuccessfully ? verifying.Result : throw new InvalidOperationException("It waits.");
    }

    public static SourceReading Read(this Source source, string body, params IEnumerable<(string Name, string Value)> headers) =>
        source.Read(Headers(headers), Encoding.UTF8.GetBytes(body), Now, traceParent: null);

    /// <summary>The fields of an accepted item, in one text; otherwise what it is.</summary>
    public static string Describe(this SourceItem item) => item switch
    {
        SourceItem.Accepted { Transaction: var it } => Describe(it),
        SourceItem.Ignored ignored => $"ignored {ignored.Type}",
        SourceItem.Quarantined quarantined => $"quarantined: {quarantined.Reason}",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private static string Describe(Transaction it) => FormattableString.Invariant(
        $"{it.TransactionId} {it.SourceAccount} {it.DestinationAccount} {it.Amount} {it.Currency}");
}
