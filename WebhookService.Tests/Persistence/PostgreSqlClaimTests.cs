using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlClaimTests : TransactionClaimContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => PostgresDatabase.CreateAsync();
}
