using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlReaderTests : TransactionReaderContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => PostgresDatabase.CreateAsync();
}
