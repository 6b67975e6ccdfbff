using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookService.Domain;

namespace WebhookService.Api.Http;

/// <summary>Writes times as <c>2026-01-15T10:30:00.123456Z</c>: UTC, microseconds, always the same length.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture));
}
