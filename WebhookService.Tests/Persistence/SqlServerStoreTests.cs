using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqlServerStoreTests : TransactionStoreContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
