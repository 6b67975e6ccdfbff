using System.Data.Common;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Makes a token end a query that runs, where the driver does not do so by itself.</summary>
internal interface IReadInterruption
{
    /// <summary>
    /// Interrupts what runs on the connection when the token is cancelled, until the result is disposed.
    /// </summary>
    CancellationTokenRegistration Register(DbConnection connection, CancellationToken cancellationToken);
}
