using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Settings;

/// <summary>Validates options by their annotations; each fault names its setting and the allowed values.</summary>
/// <remarks>
/// A duration that is a bare number is rejected too: .NET reads 30 as 30 days, which is hardly what its author meant.
/// The <see cref="Validator"/> of .NET would name properties instead of settings, and slow each start.
/// </remarks>
internal sealed class SectionRules<TOptions>(IConfiguration configuration, string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        List<string> faults = [];
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var setting = $"{section}__{property.Name}";
            var text = configuration[$"{section}:{property.Name}"];
            if (property.PropertyType == typeof(TimeSpan) && text?.Contains(':', StringComparison.Ordinal) == false)
            {
                faults.Add($"{setting} must be written hh:mm:ss, such as 00:00:30.");
            }
            else if (typeof(IList<string>).IsAssignableFrom(property.PropertyType) && !string.IsNullOrEmpty(text))
            {
                // The binder ignores a text where a list is expected, which could allow anonymous access.
                faults.Add($"{setting} is a list: write {setting}__0, {setting}__1 and so on.");
            }
            else if (property.GetCustomAttribute<ValidationAttribute>() is { } rule
                && !rule.IsValid(property.GetValue(options)))
            {
                faults.Add($"{setting} must be {Describe(rule)}.");
            }
        }

        if (faults.Count == 0 && options is IValidatableObject whole)
        {
            faults.AddRange(whole.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string Describe(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => FormattableString.Invariant($"from {range.Minimum} to {range.Maximum}"),
        DurationRangeAttribute range => $"from {range.Minimum} to {range.Maximum}",
        _ => throw new NotSupportedException($"{rule.GetType()} has no description for operators."),
    };
}
