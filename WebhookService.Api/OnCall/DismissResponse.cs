namespace WebhookService.Api.OnCall;

/// <summary>The result of a dismissal.</summary>
/// <param name="Dismissed">Number of transactions that it dismissed.</param>
internal sealed record DismissResponse(int Dismissed);

/// <summary>The result of taking dismissals back.</summary>
/// <param name="Undismissed">Number of transactions that are not dismissed any more.</param>
internal sealed record UndismissResponse(int Undismissed);
