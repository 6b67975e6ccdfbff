using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqliteCompletionTests : TransactionCompletionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
