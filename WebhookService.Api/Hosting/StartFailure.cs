using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Hosting;

/// <summary>A setting that the service cannot start with.</summary>
internal sealed class SettingException(string message) : Exception(message);

/// <summary>Turns what an operator can mend into one line; everything else stays an unhandled exception.</summary>
internal static class StartFailure
{
    /// <summary>The line, naming the key and what it may be; null for what is not the operator's to mend.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingException or StoreUnavailableException or DatabaseCommandException => exception.Message,
        OptionsValidationException options => string.Join(" ", options.Failures),

        // Faults in several sections come together.
        AggregateException { InnerExceptions: var faults } when faults.All(fault => Explain(fault) is not null) =>
            string.Join(" ", faults.Select(Explain)),

        // The framework's own words: "Failed to convert configuration value 'x' at 'Processing:Delay' to type …", or
        // of the log's and the web server's settings.
        InvalidOperationException or FormatException when IsOfSettings(exception.Source) => exception.Message,
        IOException { InnerException: AddressInUseException } => exception.Message,
        _ => null,
    };

    private static bool IsOfSettings(string? source) =>
        source is "Microsoft.Extensions.Configuration.Binder" or "Microsoft.AspNetCore.Http"
        || source?.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal) == true
        || source?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true;
}
