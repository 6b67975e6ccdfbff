using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>The body of an alert: JSON with a type, a time, a text that Slack shows, and the data behind it.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Text">One or several lines for people. Nothing of a transaction's content is in it.</param>
/// <param name="WriteData">Writes the members of <c>data</c>.</param>
internal sealed record AlertMessage(string Kind, string Text, Action<Utf8JsonWriter> WriteData)
{
    public byte[] Serialize(DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", Kind);
            json.WriteString("timestamp", Format(at));
            json.WriteString("text", Escape(Text));
            json.WriteStartObject("data");
            WriteData(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A time as the API writes it.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture);

    /// <summary>A time for people.</summary>
    public static string Show(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A duration for people.</summary>
    public static string Show(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{duration.TotalSeconds:0} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{duration.TotalMinutes:0} min"),
        { TotalDays: < 2 } => FormattableString.Invariant($"{duration.TotalHours:0.#} h"),
        _ => FormattableString.Invariant($"{duration.TotalDays:0.#} days"),
    };

    // Slack's own markup: an external text must not address everyone in a channel.
    // https://docs.slack.dev/messaging/formatting-message-text#escaping
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
