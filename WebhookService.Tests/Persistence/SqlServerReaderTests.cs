using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqlServerReaderTests : TransactionReaderContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
