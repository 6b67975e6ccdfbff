using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.PostgreSql;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Reads from PostgreSQL. The driver pools the connections and prepares their statements.</summary>
internal sealed class PostgreSqlReadDialect(DatabaseTarget target, IOptions<DatabaseOptions> options) : ReadDialect
{
    private readonly string _connectionString =
        PostgreSqlDatabase.ReaderConnectionString(target.Address, options.Value);

    // Sequences have no index.
    public override string Key => "transaction_id";

    protected override DbConnection CreateConnection() => new NpgsqlConnection(_connectionString);
}
