using System.Text;
using System.Text.Json;

namespace WebhookService.Infrastructure.Retention;

/// <summary>Finds an account in a body that nothing else could be understood of.</summary>
internal static class AccountText
{
    /// <summary>
    /// Whether a JSON body has the account as a string or a number; in any other body, whether it occurs as a word.
    /// </summary>
    public static bool IsIn(ReadOnlySpan<byte> body, string account)
    {
        var text = Encoding.UTF8.GetBytes(account);
        var json = new Utf8JsonReader(body);
        try
        {
            while (json.Read())
            {
                if (json.TokenType switch
                {
                    JsonTokenType.String or JsonTokenType.PropertyName => json.ValueTextEquals(text),
                    JsonTokenType.Number => json.ValueSpan.SequenceEqual(text),
                    _ => false,
                })
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return IsWordOf(body, text);
        }
    }

    private static bool IsWordOf(ReadOnlySpan<byte> body, byte[] word)
    {
        for (var start = 0; body[start..].IndexOf(word) is >= 0 and var at; start += at + 1)
        {
            var (first, end) = (start + at, start + at + word.Length);
            if ((first == 0 || !IsWordByte(body[first - 1])) && (end == body.Length || !IsWordByte(body[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWordByte(byte value) => char.IsAsciiLetterOrDigit((char)value) || value >= 0x80;
}
