using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Writing.Dismissals;

[TestFixture]
internal sealed class SqliteDismissalTests : DismissalContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
