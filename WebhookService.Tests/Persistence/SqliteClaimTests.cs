using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqliteClaimTests : TransactionClaimContract
{
    protected override ITestDatabase CreateDatabase() => new SqliteFile();
}
