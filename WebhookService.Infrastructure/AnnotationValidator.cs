using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure;

/// <summary>Checks options by their annotations and reports each fault in the annotation's own words.</summary>
/// <remarks>The generated validators leave <c>ErrorMessage</c> out and so cannot name the configuration key.</remarks>
internal sealed class AnnotationValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        List<ValidationResult> faults = [];
        return Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => fault.ErrorMessage!));
    }
}
