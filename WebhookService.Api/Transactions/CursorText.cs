using System.Buffers.Binary;
using System.Buffers.Text;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>The opaque form of a page cursor: a version byte and 16 bytes of position, in base64url.</summary>
internal static class CursorText
{
    private const byte Version = 1;
    private const int Length = 17;

    public static string Write(PageCursor cursor)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], cursor.CreatedAt.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], cursor.Sequence);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryRead(string text, out PageCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
            || bytes[0] != Version)
        {
            return false;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (ticks < DateTimeOffset.MinValue.UtcTicks || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            return false;
        }

        var sequence = BinaryPrimitives.ReadInt64BigEndian(bytes[9..]);
        cursor = new PageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), sequence);
        return true;
    }
}
