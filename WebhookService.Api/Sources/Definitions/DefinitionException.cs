namespace WebhookService.Api.Sources.Definitions;

/// <summary>A definition breaks its format.</summary>
/// <param name="pointer">Where, as a JSON Pointer into the file.</param>
/// <param name="expected">What was expected, which completes "must be" or "must have".</param>
internal sealed class DefinitionException(string pointer, string expected)
    : Exception($"{(pointer.Length == 0 ? "the whole file" : pointer)} {expected}.");
