using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqliteClaimTests : TransactionClaimContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
