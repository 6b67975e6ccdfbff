using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Hosting;

/// <summary>A setting that the service cannot start with.</summary>
internal sealed class SettingException(string message) : Exception(message);

/// <summary>Turns a failure that an operator can fix into one line; any other remains unhandled.</summary>
internal static class StartFailure
{
    /// <summary>The line, with the key and its allowed values; null when an operator cannot fix it.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingException or StoreUnavailableException or DatabaseCommandException => exception.Message,
        OptionsValidationException options => string.Join(" ", options.Failures),

        // Faults in several sections arrive together.
        AggregateException { InnerExceptions: var faults } when faults.All(fault => Explain(fault) is not null) =>
            string.Join(" ", faults.Select(Explain)),

        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } conversion =>
            SettingName.Explain(conversion),

        // The framework's messages about the settings of the log and the web server.
        InvalidOperationException or FormatException when IsOfSettings(exception.Source) => exception.Message,
        IOException { InnerException: AddressInUseException } => exception.Message,

        // A settings file that is not JSON: "Failed to load configuration from file '/app/appsettings.json'."
        InvalidDataException { InnerException: FormatException } file =>
            $"{file.Message} {DescribeJson(file.InnerException)}",
        _ => null,
    };

    // Not the parser's own message, which shows a part of the file.
    private static string DescribeJson(Exception? exception) =>
        exception is JsonException { LineNumber: { } line } ? $"Line {line + 1} must be valid JSON."
        : exception?.InnerException is { } inner ? DescribeJson(inner)
        : "It must be valid JSON without repeated names.";

    private static bool IsOfSettings(string? source) =>
        source is "Microsoft.AspNetCore.Http"
        || source?.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal) == true
        || source?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true;
}
