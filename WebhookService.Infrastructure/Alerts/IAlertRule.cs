using WebhookService.Domain;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Decides whether there is something new to say about one kind of alert.</summary>
internal interface IAlertRule
{
    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    string Kind { get; }

    /// <summary>Looks once; null when there is nothing to send and nothing to store.</summary>
    /// <param name="state">What is stored about this kind.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    /// <exception cref="StoreUnavailableException">The store could not be read.</exception>
    Task<AlertChange?> LookAsync(AlertState state, CancellationToken cancellationToken);
}

/// <summary>What a look found.</summary>
/// <param name="Next">The state to store once the message is delivered.</param>
/// <param name="Compose">Writes the message; null when there is only a state to store.</param>
internal sealed record AlertChange(AlertState Next, Func<CancellationToken, Task<AlertMessage>>? Compose);
