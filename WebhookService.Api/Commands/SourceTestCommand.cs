using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookService.Api.Hosting;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;

namespace WebhookService.Api.Commands;

/// <summary>
/// <c>source-test NAME FILE [--header NAME=VALUE]… [--sign]</c>: reads a saved body with the configured definition and
/// prints what it would become, without storing it.
/// </summary>
internal static class SourceTestCommand
{
    public const string Name = "source-test";

    private const string Header = "--header";
    private const string Signing = "--sign";
    private const string Usage = $"Usage: {Name} NAME FILE [{Header} NAME=VALUE]... [{Signing}]";
    private const int Fixed = 3;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The arguments that are settings, which may follow those of the command.</summary>
    public static string[] LeaveSettings(string[] args) => args[Math.Min(args.Length, CountOwn(args))..];

    /// <summary>Prints the result as JSON; returns 0 when no event would be quarantined, otherwise 1.</summary>
    /// <exception cref="SettingException">The arguments are wrong, or the file cannot be read.</exception>
    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        await using (app)
        {
            var services = app.Services;
            var (text, exitCode) = Run(
                services.GetRequiredService<SourceCatalog>(), args, services.GetRequiredService<TimeProvider>());
            Console.WriteLine(text);
            return exitCode;
        }
    }

    /// <summary>The text to print, and the exit code.</summary>
    /// <exception cref="SettingException">The arguments are wrong, or the file cannot be read.</exception>
    public static (string Text, int ExitCode) Run(SourceCatalog catalog, string[] args, TimeProvider clock)
    {
        if (args.Length < Fixed || args[1].StartsWith('-') || args[2].StartsWith('-'))
        {
            throw new SettingException(Usage);
        }

        if (!catalog.TryFind(args[1], out var source))
        {
            var known = catalog.All.Count == 0 ? "none" : string.Join(", ", catalog.All.Select(it => it.Name));
            throw new SettingException($"No source is named '{args[1]}'; configured are: {known}.");
        }

        var own = args[Fixed..Math.Min(args.Length, CountOwn(args))];
        if (args[(Fixed + own.Length)..].FirstOrDefault(it => it[0] != '-' || !it.Contains('=')) is { } unknown)
        {
            throw new SettingException($"Unknown argument '{unknown}'. {Usage}");
        }

        var headers = ReadHeaders(own);
        var body = ReadFile(args[2]);
        var now = clock.GetUtcNow();
        var reading = source.Read(headers, body, now, traceParent: null);
        var signed = own.Contains(Signing) ? Sign(source, headers, body, now) : null;
        return (
            JsonSerializer.Serialize(new Report(reading.Items.Select(Describe), signed), Indented),
            reading.FirstQuarantined is null ? 0 : 1);
    }

    // A value of a header may look like a setting, so arguments are read in order.
    private static int CountOwn(string[] args)
    {
        var count = Fixed;
        while (count < args.Length && args[count] is Header or Signing)
        {
            count += args[count] == Header ? 2 : 1;
        }

        return count;
    }

    private static HeaderDictionary ReadHeaders(string[] own)
    {
        HeaderDictionary headers = [];
        for (var i = 0; i < own.Length; i++)
        {
            if (own[i] != Header)
            {
                continue;
            }

            i++;
            var pair = i < own.Length ? own[i].Split('=', 2) : [];
            if (pair is not [{ Length: > 0 } name, var value])
            {
                throw new SettingException(Usage);
            }

            headers.Append(name, value);
        }

        return headers;
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{file} cannot be read: {exception.Message}");
        }
    }

    private static Signed Sign(Source source, HeaderDictionary headers, byte[] body, DateTimeOffset now)
    {
        try
        {
            if (source.SignItems(body) is { } items)
            {
                return new Signed(null, items);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new SettingException("The body is not valid JSON, so its items cannot be signed.");
        }

        return source.Sign(headers, body, now) is { } made
            ? new Signed(made.ToDictionary(it => it.Name, it => it.Value), null)
            : throw new SettingException(
                $"{source.Name} cannot be signed here: only its provider can, or nothing or a header that is missing "
                + "is signed.");
    }

    private static Outcome Describe(SourceItem item) => item switch
    {
        SourceItem.Accepted accepted => new Outcome("accepted")
        {
            TransactionId = accepted.Transaction.TransactionId,
            SourceAccount = accepted.Transaction.SourceAccount,
            DestinationAccount = accepted.Transaction.DestinationAccount,
            Amount = accepted.Transaction.Amount,
            Currency = accepted.Transaction.Currency,
            EventType = accepted.Event.Type,
            EventId = accepted.Event.Id,
            OccurredAt = accepted.Event.OccurredAt,
        },
        SourceItem.Quarantined quarantined => new Outcome("quarantined")
        {
            Reason = quarantined.Reason,
            EventType = quarantined.Type,
            EventId = quarantined.EventId,
        },
        SourceItem.Ignored ignored => new Outcome("ignored") { Reason = ignored.Reason, EventType = ignored.Type },
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    /// <summary>What is printed.</summary>
    /// <param name="Events">What each event would become, in the order of the body.</param>
    /// <param name="Signed">What a sender would add; null unless asked for.</param>
    private sealed record Report(IEnumerable<Outcome> Events, Signed? Signed);

    private sealed record Signed(IReadOnlyDictionary<string, string>? Headers, IReadOnlyList<string>? HmacSignatures);

    private sealed record Outcome([property: JsonPropertyName("outcome")] string Result)
    {
        public string? Reason { get; init; }

        public string? TransactionId { get; init; }

        public string? SourceAccount { get; init; }

        public string? DestinationAccount { get; init; }

        public decimal? Amount { get; init; }

        public string? Currency { get; init; }

        public string? EventType { get; init; }

        public string? EventId { get; init; }

        public DateTimeOffset? OccurredAt { get; init; }
    }
}
