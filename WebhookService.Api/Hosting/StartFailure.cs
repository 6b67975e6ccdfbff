using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;

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

        // The framework's messages: "Failed to convert configuration value 'x' at 'Processing:Delay' to type …", or
        // about the settings of the log and the web server.
        InvalidOperationException or FormatException when IsOfSettings(exception.Source) => exception.Message,
        IOException { InnerException: AddressInUseException } => exception.Message,
        _ => null,
    };

    private static bool IsOfSettings(string? source) =>
        source is "Microsoft.Extensions.Configuration.Binder" or "Microsoft.AspNetCore.Http"
        || source?.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal) == true
        || source?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true;
}
