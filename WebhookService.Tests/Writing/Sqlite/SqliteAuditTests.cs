using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteAuditTests : AuditContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
