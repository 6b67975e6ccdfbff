using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookService.Infrastructure.Persistence.Providers;

/// <summary>
/// Microsoft.Data.Sqlite runs queries on the calling thread and looks at no token; SQLite itself can be told.
/// </summary>
internal sealed class SqliteReadInterruption : IReadInterruption
{
    public CancellationTokenRegistration Register(DbConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static handle => raw.sqlite3_interrupt((sqlite3)handle!), ((SqliteConnection)connection).Handle);
}
