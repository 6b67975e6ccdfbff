using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
public sealed class SqlServerLeaseTests : InstanceLeaseContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
