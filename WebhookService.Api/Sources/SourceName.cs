using System.Text.RegularExpressions;
using WebhookService.Domain;

namespace WebhookService.Api.Sources;

/// <summary>The rule for the names of sources, which are part of their addresses.</summary>
internal static partial class SourceName
{
    public const string Rule =
        "1 to 32 characters from a-z, 0-9 and '-', a letter first, and not " + SourceEvent.PlainSource;

    public static bool IsValid(string name) => name != SourceEvent.PlainSource && Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex Pattern();
}
