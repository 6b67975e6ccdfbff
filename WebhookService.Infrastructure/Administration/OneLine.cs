namespace WebhookService.Infrastructure.Administration;

/// <summary>Text out of a database that may be damaged, fit for a terminal.</summary>
internal static class OneLine
{
    /// <summary>The same without line ends and other control characters.</summary>
    public static string Of(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
}
