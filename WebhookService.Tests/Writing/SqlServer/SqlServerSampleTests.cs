using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.SqlServer;

[TestFixture]
public sealed class SqlServerSampleTests : SampleContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
