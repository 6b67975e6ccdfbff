using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
[Category("Long")]
internal sealed class SqlServerRetentionTests : RetentionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
