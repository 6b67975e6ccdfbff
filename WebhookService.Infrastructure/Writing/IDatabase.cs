using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing;

/// <summary>The operations that differ from one kind of database to another.</summary>
internal interface IDatabase
{
    /// <summary>The name used in messages.</summary>
    string Name { get; }

    /// <summary>Whether other processes may use it at the same time, so that claims need a lease.</summary>
    bool IsShared { get; }

    /// <summary>Most queries that may run on a server at once; 0 without a server.</summary>
    int MaxReaders { get; }

    /// <summary>Reserves the database for this process, if it can belong to one.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it.</exception>
    void Take();

    /// <summary>
    /// Whether the schema is current, as far as that can be checked or repaired without a context; else false.
    /// </summary>
    /// <param name="mayCreate">Whether to create the schema in an empty database.</param>
    bool HasCurrentSchema(bool mayCreate) => false;

    /// <summary>Creates a context for reads or migrations.</summary>
    WebhookDbContext CreateContext();

    /// <summary>Brings the schema up to date, even if other processes do so at the same time.</summary>
    Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken);

    /// <summary>Finds a setting of the database that makes it slower than it has to be; null for none.</summary>
    Task<string?> FindRiskAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Creates the writer, which the caller opens and disposes.</summary>
    IBatchWriter CreateWriter();

    /// <summary>
    /// Makes a token end a query that runs on the connection, until the result is disposed, if the driver does not do
    /// so automatically.
    /// </summary>
    CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken);
}
