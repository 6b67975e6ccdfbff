using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookService.Api.Sources.Definitions;

namespace WebhookService.Api.Sources.Signatures;

/// <summary>A signature in a header: an HMAC of what the definition says, or the secret itself.</summary>
/// <remarks>Each key is compared with each signature, in constant time.</remarks>
/// <param name="definition">How the provider signs.</param>
/// <param name="keys">The currently valid secrets: more than one during rotation.</param>
/// <param name="url">The address as the provider knows it.</param>
internal sealed class HeaderSignature(SignatureDefinition definition, byte[][] keys, string url) : SourceSignature
{
    // A longer number is not a valid time, in seconds or in milliseconds.
    private const int MaxDigits = 14;

    public override IEnumerable<string> Headers => [definition.Header];

    public override ValueTask<SignatureFault> VerifyAsync(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var fault = ReadOne(headers[definition.Header], out var value);
        if (fault != SignatureFault.None)
        {
            return new(fault);
        }

        var parts = SignatureParts.Of(value, definition.Format);
        fault = ReadTime(headers, parts.Time, now, out var time);
        if (fault != SignatureFault.None)
        {
            return new(fault);
        }

        fault = SignedBytes.Join(definition, headers, time, url, body, out var signed);
        return new(fault == SignatureFault.None ? Compare(parts.Signatures, signed.Span) : fault);
    }

    public override IReadOnlyList<(string Name, string Value)>? Sign(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var time = (definition.IsMilliseconds ? now.ToUnixTimeMilliseconds() : now.ToUnixTimeSeconds())
            .ToString(CultureInfo.InvariantCulture);
        List<(string Name, string Value)> made = [];
        HeaderDictionary all = [];
        foreach (var (name, values) in headers)
        {
            all[name] = values;
        }

        foreach (var (name, value) in new[] { (definition.Timestamp, time), (definition.Id, NewId()) })
        {
            if (name is not null && !headers.ContainsKey(name))
            {
                made.Add((name, value));
                all[name] = value;
            }
        }

        time = definition.Timestamp is { } given ? all[given].ToString() : time;
        if (SignedBytes.Join(definition, all, time, url, body, out var signed) != SignatureFault.None)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[HMACSHA512.HashSizeInBytes];
        var length = Compute(keys[0], signed.Span, hash);
        var signature = definition.Algorithm == SignatureAlgorithm.Plain ? Encoding.UTF8.GetString(keys[0])
            : definition.IsHex ? Convert.ToHexStringLower(hash[..length])
            : Convert.ToBase64String(hash[..length]);
        made.Add((definition.Header, SignatureParts.Write(time, signature, definition.Format)));
        return made;
    }

    private static string NewId() => $"msg_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    private SignatureFault ReadTime(IHeaderDictionary headers, string? inHeader, DateTimeOffset now, out string time)
    {
        time = inHeader ?? "";
        if (definition.Timestamp is { } header
            && ReadOne(headers[header], out time) is not SignatureFault.None and var fault)
        {
            return fault;
        }

        if (definition.Timestamp is null && definition.Format?.Time is null)
        {
            return SignatureFault.None;
        }

        if (time.Length > MaxDigits
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            return SignatureFault.Malformed;
        }

        // In whole seconds, as the providers' own libraries do.
        var age = now.ToUnixTimeSeconds() - (definition.IsMilliseconds ? at / 1_000 : at);
        var tolerance = definition.Tolerance?.TotalSeconds ?? double.PositiveInfinity;
        return age > tolerance ? SignatureFault.Stale
            : -age > tolerance ? SignatureFault.Early
            : SignatureFault.None;
    }

    private SignatureFault Compare(IReadOnlyList<string> signatures, ReadOnlySpan<byte> signed)
    {
        Span<byte> expected = stackalloc byte[HMACSHA512.HashSizeInBytes];
        Span<byte> decoded = stackalloc byte[HMACSHA512.HashSizeInBytes];
        var (isKnown, isReadable) = (false, false);
        foreach (var key in keys)
        {
            var length = Compute(key, signed, expected);
            foreach (var signature in signatures)
            {
                if (TryDecode(signature, length, decoded))
                {
                    isReadable = true;
                    isKnown |= CryptographicOperations.FixedTimeEquals(decoded[..length], expected[..length]);
                }
            }
        }

        return isKnown ? SignatureFault.None : isReadable ? SignatureFault.Wrong : SignatureFault.Malformed;
    }

    // Secrets differ in length, so their hashes are compared.
    private int Compute(byte[] key, ReadOnlySpan<byte> signed, Span<byte> hash) => definition.Algorithm switch
    {
        SignatureAlgorithm.HmacSha512 => HMACSHA512.HashData(key, signed, hash),
        SignatureAlgorithm.Plain => SHA256.HashData(key, hash),
        _ => HMACSHA256.HashData(key, signed, hash),
    };

    private bool TryDecode(string signature, int length, Span<byte> decoded)
    {
        if (definition.Algorithm == SignatureAlgorithm.Plain)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(signature), decoded);
            return true;
        }

        if (definition.IsHex)
        {
            return signature.Length == 2 * length
                && Convert.FromHexString(signature, decoded[..length], out _, out _) == OperationStatus.Done;
        }

        return Convert.TryFromBase64String(signature, decoded, out var written) && written == length;
    }
}
