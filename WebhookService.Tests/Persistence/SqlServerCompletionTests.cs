using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqlServerCompletionTests : TransactionCompletionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
