using NUnit.Framework;

namespace WebhookService.Tests.Persistence;

[TestFixture]
public sealed class SqlServerLeaseTests : InstanceLeaseContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
