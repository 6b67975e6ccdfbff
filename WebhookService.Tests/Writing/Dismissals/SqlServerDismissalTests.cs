using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.SqlServer;

namespace WebhookService.Tests.Writing.Dismissals;

[TestFixture]
[Category("Long")]
internal sealed class SqlServerDismissalTests : DismissalContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
