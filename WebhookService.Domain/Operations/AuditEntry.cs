namespace WebhookService.Domain.Operations;

/// <summary>An action of an operator.</summary>
/// <param name="At">When it was done.</param>
/// <param name="By">The name of the operator's key; null if none was required.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Target">The id, or the filter as a query string, that it was applied to; null if to everything.</param>
/// <param name="Count">Number of transactions or events that it changed.</param>
/// <param name="Reason">The operator's reason; null for none.</param>
internal sealed record AuditEntry(
    DateTimeOffset At, string? By, string Action, string? Target, long Count, string? Reason)
{
    /// <summary>Longest name of an operator, in characters.</summary>
    public const int MaxOperatorLength = 64;

    /// <summary>Longest target: a filter of the list has fewer characters.</summary>
    public const int MaxTargetLength = 800;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReasonLength = 500;
}

/// <summary>The actions in the audit.</summary>
internal static class AuditActions
{
    /// <summary>No instance begins another call.</summary>
    public const string Pause = "pause";

    /// <summary>Calls begin again.</summary>
    public const string Resume = "resume";

    /// <summary>Failed transactions began another round of attempts.</summary>
    public const string Retry = "retry";

    /// <summary>Failed transactions were dismissed.</summary>
    public const string Dismiss = "dismiss";

    /// <summary>Dismissals were taken back.</summary>
    public const string Undismiss = "undismiss";

    /// <summary>The content of an account's finished transactions was erased.</summary>
    public const string Erase = "erase";

    /// <summary>Quarantined bodies were read again.</summary>
    public const string Replay = "replay";

    /// <summary>A quarantined body was deleted.</summary>
    public const string Delete = "delete";

    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 20;
}
