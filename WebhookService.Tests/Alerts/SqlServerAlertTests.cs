using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.SqlServer;

namespace WebhookService.Tests.Alerts;

[TestFixture]
[Category("Long")]
internal sealed class SqlServerAlertTests : AlertContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
