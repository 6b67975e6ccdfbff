using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using WebhookService.Api.Http;
using WebhookService.Api.Problems;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OnCall;

/// <summary>The optional body of an operator's action: a JSON object with one member, in free words.</summary>
internal static class OperatorNote
{
    /// <summary>The member of most actions.</summary>
    public const string Reason = "reason";

    /// <summary>Largest body, in bytes: the longest text, with each character escaped, and some space.</summary>
    private const int MaxBodySize = 8_192;

    private static readonly string Rule =
        $"must be a string of at most {AuditEntry.MaxReasonLength} characters, without control characters";

    /// <summary>Reads the body; null if it was refused, which has been answered then.</summary>
    public static async Task<Note?> ReadAsync(HttpContext context, string member)
    {
        var read = await RequestBody.ReadAsync(context.Request, MaxBodySize, member, (body, name) =>
            body.IsEmpty ? new Parsed(IsEmpty: true) : Parse(RequestBody.InOnePiece(body), name));
        if (read is not { } parsed)
        {
            await context.WriteTooLargeAsync(MaxBodySize);
            return null;
        }

        if (!parsed.IsEmpty && MediaType.FindFault(context.Request) is { } fault)
        {
            await context.WriteProblemAsync(StatusCodes.Status415UnsupportedMediaType, fault);
            return null;
        }

        if (parsed.Fault is { } detail)
        {
            await context.WriteProblemAsync(StatusCodes.Status400BadRequest, detail);
            return null;
        }

        if (parsed.Errors is { } errors)
        {
            await context.WriteProblemAsync(
                StatusCodes.Status422UnprocessableEntity, "One or more fields break a rule.", errors);
            return null;
        }

        return new Note(parsed.Text);
    }

    /// <summary>
    /// The same for calls that once ignored their body: one that is not said to be JSON is still ignored.
    /// </summary>
    public static Task<Note?> ReadJsonAsync(HttpContext context) => MediaType.FindFault(context.Request) is null
        ? ReadAsync(context, Reason)
        : Task.FromResult<Note?>(new Note(null));

    private static Parsed Parse(ReadOnlySpan<byte> body, string member)
    {
        if (!Utf8.IsValid(body))
        {
            return new Parsed(Fault: "The body is not valid UTF-8.");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return reader.BytesConsumed < body.Length || json.RootElement.ValueKind != JsonValueKind.Object
                ? new Parsed(Fault: "The body must be one JSON object.")
                : ParseMembers(json.RootElement, member);
        }
        catch (JsonException)
        {
            return new Parsed(Fault: "The body is not valid JSON.");
        }
    }

    private static Parsed ParseMembers(JsonElement body, string member)
    {
        Dictionary<string, string[]> errors = [];
        HashSet<string> names = [];
        string? text = null;
        foreach (var property in body.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                return new Parsed(Fault: $"The member {property.Name} is repeated.");
            }

            if (property.Name != member)
            {
                errors[property.Name] = [$"is not a member of this body; the only one is {member}"];
            }
            else if (property.Value.ValueKind == JsonValueKind.String && IsText(property.Value, out var value))
            {
                text = value;
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                errors[member] = [Rule];
            }
        }

        return errors.Count > 0
            ? new Parsed(Errors: errors)
            : new Parsed(Text: string.IsNullOrWhiteSpace(text) ? null : text);
    }

    private static bool IsText(JsonElement value, out string? text)
    {
        text = null;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The documented behaviour for an escaped lone surrogate, which is no text.
        }

        return text is { Length: <= AuditEntry.MaxReasonLength } && !text.EnumerateRunes().Any(Rune.IsControl);
    }

    private readonly record struct Parsed(
        bool IsEmpty = false, string? Text = null, string? Fault = null, Dictionary<string, string[]>? Errors = null);
}
