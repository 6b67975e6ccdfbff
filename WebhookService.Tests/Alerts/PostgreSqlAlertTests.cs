using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Alerts;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlAlertTests : AlertContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
