namespace WebhookService.Infrastructure.Administration;

/// <summary>Makes text from a database that may be damaged fit for a terminal.</summary>
internal static class OneLine
{
    /// <summary>Returns the text without line ends and other control characters.</summary>
    public static string Of(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
}
