using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing.SqlServer;

namespace WebhookService.Infrastructure.Reading;

/// <summary>Reads from SQL Server. The driver pools the connections, and the server keeps the plans.</summary>
internal sealed class SqlServerReadDialect(DatabaseTarget target, IOptions<DatabaseOptions> options) : ReadDialect
{
    private readonly string _connectionString =
        SqlServerDatabase.ReaderConnectionString(target.Address, options.Value);

    public override string Limit => "OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY";

    public override string First(string select) => $"SELECT TOP (@limit) * FROM (\n{select}\n) every";

    // SQL Server ignores trailing spaces when it compares texts, in every collation. The index finds texts that are
    // equal in this sense; a second comparison, with a character appended to both, keeps those that are identical.
    public override string Equal(string column, string parameter) =>
        $"{column} = {parameter} AND {column} + '.' = {parameter} + '.'";

    public override string Contains(string column, string parameter) => $"CHARINDEX({parameter}, {column}) > 0";

    // Otherwise the server has a plan for each combination of lengths; these are ids, codes and names of sources.
    public override void Prepare(DbCommand command)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.DbType == DbType.AnsiString)
            {
                parameter.Size = TransactionRules.MaxIdLength;
            }
        }
    }

    protected override DbConnection CreateConnection() => new SqlConnection(_connectionString);
}
