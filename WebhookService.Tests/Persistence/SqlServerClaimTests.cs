using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqlServerClaimTests : TransactionClaimContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
