using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing;

/// <summary>What differs from one kind of database to another.</summary>
internal interface IDatabase
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Whether other processes may use it at the same time, so that claims have to be leased.</summary>
    bool IsShared { get; }

    /// <summary>Most queries that may be with a server at once; 0: there is no server.</summary>
    int MaxReaders { get; }

    /// <summary>Takes it for this process, where it can belong to one.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it.</exception>
    void Take();

    /// <summary>
    /// Whether the schema is current, as far as that can be told, or mended, without a context; false: one has to look.
    /// </summary>
    /// <param name="mayMake">Whether an empty database gets its schema.</param>
    bool HasCurrentSchema(bool mayMake) => false;

    /// <summary>A context to read with, or to migrate.</summary>
    WebhookDbContext CreateContext();

    /// <summary>Brings the schema up to date, whoever else is trying the same.</summary>
    Task MigrateAsync(WebhookDbContext db, CancellationToken cancellationToken);

    /// <summary>The one that writes. It is opened and disposed by its user.</summary>
    IBatchWriter CreateWriter();

    /// <summary>
    /// Makes a token end a query that runs on the connection, until the result is disposed, where the driver does not
    /// do so by itself.
    /// </summary>
    CancellationTokenRegistration Interrupt(DbConnection connection, CancellationToken cancellationToken);
}
