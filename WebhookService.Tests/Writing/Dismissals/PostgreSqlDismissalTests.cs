using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Writing.Dismissals;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlDismissalTests : DismissalContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
