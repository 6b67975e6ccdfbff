using System.Text.RegularExpressions;

namespace WebhookService.Infrastructure.Settings;

/// <summary>Writes settings in messages as environment variables and files name them.</summary>
internal static partial class SettingName
{
    /// <summary>The name of a key of the configuration: <c>Limits:Burst</c> is <c>Limits__Burst</c>.</summary>
    public static string Of(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>
    /// The binder's message without the value, which may be a secret: the name of the setting and what it must be.
    /// </summary>
    public static string Explain(InvalidOperationException exception)
    {
        // "Failed to convert configuration value 'x' at 'Processing:Delay' to type 'System.TimeSpan'."
        var match = ConversionFault().Match(exception.Message);
        return match.Success
            ? $"{Of(match.Groups["key"].Value)} must be {Describe(match.Groups["type"].Value)}."
            : exception.Message;
    }

    private static string Describe(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a duration such as 00:00:30",
        _ => $"a valid {type[(type.LastIndexOf('.') + 1)..]}",
    };

    [GeneratedRegex(@" at '(?<key>[^']+)' to type '(?<type>[^']+)'\.\z")]
    private static partial Regex ConversionFault();
}
