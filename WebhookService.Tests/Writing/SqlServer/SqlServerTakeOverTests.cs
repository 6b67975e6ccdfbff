using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
[Category("Long")]
internal sealed class SqlServerTakeOverTests : TakeOverContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await SqlServerTestDatabase.CreateAsync();
}
