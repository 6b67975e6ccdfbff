using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WebhookService.Api.Security.Keys;

/// <summary>An API key as the service knows it: its owner, its scope and its hash, never the key.</summary>
/// <remarks>
/// A plain SHA-256 is enough, where a password would need a slow hash: nobody can guess the 256 random bits of a key.
/// </remarks>
/// <param name="Name">The owner; appears in the log.</param>
/// <param name="Hash">SHA-256 of the key's UTF-8 bytes.</param>
/// <param name="Scope"><c>read</c> or <c>operate</c>.</param>
internal sealed partial record ApiKey(string Name, byte[] Hash, string Scope)
{
    public const string Read = "read";
    public const string Operate = "operate";
    public const string Rule =
        "name:sha256hex or name:sha256hex:scope, where the name is 1 to 64 of A-Z a-z 0-9 _ . - "
        + "and the scope read or operate";

    // Lets scanners of source code and logs find a leaked key.
    private const string Prefix = "whk_";
    private const int Entropy = 32;

    /// <summary>Creates a key; its text is shown once and stored nowhere.</summary>
    public static (string Text, ApiKey Key) Create(string name, string scope)
    {
        var text = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Entropy));
        return (text, new ApiKey(name, HashOf(text), scope));
    }

    /// <summary>Reads a setting.</summary>
    public static bool TryParse(string setting, [NotNullWhen(true)] out ApiKey? key)
    {
        var match = Setting().Match(setting);
        key = match.Success
            ? new ApiKey(
                match.Groups["name"].Value,
                Convert.FromHexString(match.Groups["hash"].ValueSpan),
                match.Groups["scope"].Success ? match.Groups["scope"].Value : Read)
            : null;
        return key is not null;
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether a text is a valid name of a key.</summary>
    public static bool IsName(string name) => NameRule().IsMatch(name);

    public string ToSetting() => $"{Name}:{Convert.ToHexStringLower(Hash)}:{Scope}";

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex NameRule();

    [GeneratedRegex(@"\A(?<name>[A-Za-z0-9_.-]{1,64}):(?<hash>[0-9A-Fa-f]{64})(:(?<scope>read|operate))?\z")]
    private static partial Regex Setting();
}
