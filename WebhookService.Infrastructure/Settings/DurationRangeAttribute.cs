using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace WebhookService.Infrastructure.Settings;

/// <summary>The allowed range of a duration.</summary>
/// <remarks><see cref="RangeAttribute"/> could do this with a converter, whose lookup slows each start.</remarks>
/// <param name="minimum">The shortest, as [d.]hh:mm:ss[.fff].</param>
/// <param name="maximum">The longest, in the same format.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    /// <summary>The shortest, as messages show it.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The longest, as messages show it.</summary>
    public string Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is TimeSpan duration && duration >= Read(Minimum) && duration <= Read(Maximum);

    private static TimeSpan Read(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
