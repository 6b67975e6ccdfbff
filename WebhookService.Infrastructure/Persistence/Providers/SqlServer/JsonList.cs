using System.Buffers;
using System.Text;
using System.Text.Json;

namespace WebhookService.Infrastructure.Persistence.Providers.SqlServer;

/// <summary>Writes a list as the JSON text that OPENJSON reads.</summary>
internal static class JsonList
{
    public static string Write<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
