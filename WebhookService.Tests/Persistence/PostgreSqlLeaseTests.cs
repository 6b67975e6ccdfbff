using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class PostgreSqlLeaseTests : InstanceLeaseContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => PostgresDatabase.CreateAsync();
}
