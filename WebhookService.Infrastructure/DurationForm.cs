using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure;

/// <summary>Refuses a duration that is a bare number: .NET reads 30 as 30 days, and whoever wrote it did not.</summary>
internal sealed class DurationForm<TOptions>(IConfiguration configuration, string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        List<string> faults =
        [
            .. typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.PropertyType == typeof(TimeSpan))
                .Select(property => $"{section}:{property.Name}")
                .Where(key => configuration[key] is { } text && !text.Contains(':', StringComparison.Ordinal))
                .Select(key => $"{key} must be written hh:mm:ss, such as 00:00:30."),
        ];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
