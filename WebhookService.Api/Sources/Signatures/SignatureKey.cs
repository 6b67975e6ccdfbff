using System.Diagnostics.CodeAnalysis;
using System.Text;
using WebhookService.Api.Sources.Definitions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>Reads secrets in the form in which providers issue them.</summary>
internal static class SignatureKey
{
    private const int MinText = 6;
    private const int MaxText = 256;
    private const int MinBytes = 16;
    private const int MaxBytes = 256;

    /// <summary>The rule for a secret, which completes "must be".</summary>
    public static string Rule(SecretForm form) => form switch
    {
        SecretForm.Base64 => $"{MinBytes} to {MaxBytes} bytes in base64",
        SecretForm.Hex => $"{MinBytes} to {MaxBytes} bytes in hexadecimal",
        SecretForm.Whsec => WebhookSignature.SecretRule,
        _ => $"{MinText} to {MaxText} characters without spaces at the ends and control characters",
    };

    public static bool TryRead(SecretForm form, string secret, [NotNullWhen(true)] out byte[]? key)
    {
        key = form switch
        {
            SecretForm.Base64 => ReadBase64(secret),
            SecretForm.Hex => ReadHex(secret),
            SecretForm.Whsec => WebhookSignature.TryReadSecret(secret, out var decoded) ? decoded : null,
            _ => ReadText(secret),
        };
        return key is not null;
    }

    private static byte[]? ReadText(string secret) =>
        secret.Length is >= MinText and <= MaxText && secret.Trim() == secret && !secret.Any(char.IsControl)
            ? Encoding.UTF8.GetBytes(secret)
            : null;

    private static byte[]? ReadBase64(string secret)
    {
        var buffer = new byte[secret.Length];
        return Convert.TryFromBase64String(secret, buffer, out var length) && length is >= MinBytes and <= MaxBytes
            ? buffer[..length]
            : null;
    }

    private static byte[]? ReadHex(string secret) =>
        secret.Length is >= 2 * MinBytes and <= 2 * MaxBytes && secret.Length % 2 == 0
            && secret.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(secret)
            : null;
}
