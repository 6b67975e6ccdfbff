namespace WebhookService.Infrastructure.Alerts;

/// <summary>The kinds of alerts, as <c>type</c> names them.</summary>
internal static class AlertKinds
{
    /// <summary>Transactions became FAILED.</summary>
    public const string Failed = "transactions.failed";

    /// <summary>The oldest unfinished transaction is too old.</summary>
    public const string Oldest = "oldest.unprocessed";

    /// <summary>An instance makes no calls, since the external system is failing.</summary>
    public const string Breaker = "breaker.open";

    /// <summary>Events came into the quarantine.</summary>
    public const string Quarantine = "quarantine.growing";

    /// <summary>Processing was paused and not resumed.</summary>
    public const string Paused = "processing.paused";
}
