using System.Globalization;

namespace WebhookService.Api.Sources.Definitions;

/// <summary>How a provider signs.</summary>
/// <param name="Algorithm">What is computed, or compared.</param>
/// <param name="Header">The header with the signature; empty where the algorithm has headers of its own.</param>
/// <param name="Format">How that header holds signatures; null when its whole value is one.</param>
/// <param name="IsHex">Whether the signature is in hexadecimal; base64 otherwise.</param>
/// <param name="Signed">What the signature covers.</param>
/// <param name="Secret">How the secret is written.</param>
/// <param name="Timestamp">The header with the time of signing, where the signature's own header has none.</param>
/// <param name="IsMilliseconds">Whether that time is in milliseconds; seconds otherwise.</param>
/// <param name="Id">The header with the id that is signed.</param>
/// <param name="Tolerance">Maximum age of a signature; null when its time is not checked, or not signed.</param>
internal sealed record SignatureDefinition(
    SignatureAlgorithm Algorithm,
    string Header,
    SignatureFormat? Format,
    bool IsHex,
    SignedText Signed,
    SecretForm Secret,
    string? Timestamp,
    bool IsMilliseconds,
    string? Id,
    TimeSpan? Tolerance)
{
    private const string Adyen = "adyen";
    private const string PayPal = "paypal";

    private static readonly TimeSpan MaxTolerance = TimeSpan.FromDays(1);

    /// <exception cref="DefinitionException">It breaks the format.</exception>
    public static SignatureDefinition Read(DefinitionNode node)
    {
        node.WithMembers(
            "algorithm", "header", "format", "encoding", "signed", "secret", "timestamp", "timestamp_unit", "id",
            "tolerance");
        var algorithm = ReadAlgorithm(node.Find("algorithm"));
        if (algorithm is SignatureAlgorithm.Adyen or SignatureAlgorithm.PayPal)
        {
            node.WithMembers("algorithm");
            return new SignatureDefinition(
                algorithm, "", null, IsHex: false, SignedText.Read(null), SecretForm.Hex, null, false, null, null);
        }

        var definition = new SignatureDefinition(
            algorithm,
            HeaderName.Read(node.Require("header")),
            node.Find("format") is { } format ? SignatureFormat.Read(format) : null,
            node.Find("encoding")?.RequireChoice("hex", "base64") is not "base64",
            SignedText.Read(node.Find("signed")),
            ReadSecret(node.Find("secret")),
            node.Find("timestamp") is { } timestamp ? HeaderName.Read(timestamp) : null,
            node.Find("timestamp_unit")?.RequireChoice("seconds", "milliseconds") is "milliseconds",
            node.Find("id") is { } id ? HeaderName.Read(id) : null,
            node.Find("tolerance") is { } tolerance ? ReadTolerance(tolerance) : null);
        definition.Check(node);
        return definition;
    }

    private void Check(DefinitionNode node)
    {
        var times = (Format?.Time is null ? 0 : 1) + (Timestamp is null ? 0 : 1);
        if (times == 2)
        {
            throw node.Require("timestamp").Fault("is not needed: the format has the time");
        }

        if (times == 0 && (Signed.Has(SignedPartKind.Timestamp) || Tolerance is not null))
        {
            throw node.Fault("must have a time, in the member timestamp or in a format such as \"t=,v1=\"");
        }

        // Otherwise anyone could send an old request again with a new time.
        if (times == 1 && !Signed.Has(SignedPartKind.Timestamp))
        {
            throw node.Fault("must sign its time: {timestamp} in the member signed");
        }

        if (Signed.Has(SignedPartKind.Id) && Id is null)
        {
            throw node.Fault("must have the member id, the header that {id} stands for");
        }
    }

    private static SignatureAlgorithm ReadAlgorithm(DefinitionNode? node) =>
        node?.RequireChoice("hmac-sha256", "hmac-sha512", "plain", Adyen, PayPal) switch
        {
            "hmac-sha512" => SignatureAlgorithm.HmacSha512,
            "plain" => SignatureAlgorithm.Plain,
            Adyen => SignatureAlgorithm.Adyen,
            PayPal => SignatureAlgorithm.PayPal,
            _ => SignatureAlgorithm.HmacSha256,
        };

    private static SecretForm ReadSecret(DefinitionNode? node) =>
        node?.RequireChoice("text", "base64", "hex", "whsec") switch
        {
            "base64" => SecretForm.Base64,
            "hex" => SecretForm.Hex,
            "whsec" => SecretForm.Whsec,
            _ => SecretForm.Text,
        };

    private static TimeSpan ReadTolerance(DefinitionNode node) =>
        TimeSpan.TryParseExact(node.Text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var tolerance)
        && tolerance >= TimeSpan.FromSeconds(1) && tolerance <= MaxTolerance
            ? tolerance
            : throw node.Fault("must be a duration from 00:00:01 to 23:59:59");
}
