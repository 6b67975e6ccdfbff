using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlCompletionTests : TransactionCompletionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => PostgresDatabase.CreateAsync();
}
