using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlStoreTests : TransactionStoreContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => PostgresDatabase.CreateAsync();
}
