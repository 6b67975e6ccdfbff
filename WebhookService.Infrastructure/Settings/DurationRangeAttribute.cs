using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace WebhookService.Infrastructure.Settings;

/// <summary>From where to where a duration may be set.</summary>
/// <remarks><see cref="RangeAttribute"/> can do it with a converter, whose search makes each start longer.</remarks>
/// <param name="minimum">The shortest, as [d.]hh:mm:ss[.fff].</param>
/// <param name="maximum">The longest, in the same way.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    /// <summary>The shortest, as it is told to an operator.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The longest, as it is told to an operator.</summary>
    public string Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is TimeSpan duration && duration >= Read(Minimum) && duration <= Read(Maximum);

    private static TimeSpan Read(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
