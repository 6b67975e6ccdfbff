using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqliteCompletionTests : TransactionCompletionContract
{
    protected override ITestDatabase CreateDatabase() => new SqliteFile();
}
