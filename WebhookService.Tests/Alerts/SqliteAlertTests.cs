using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Alerts;

[TestFixture]
internal sealed class SqliteAlertTests : AlertContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
