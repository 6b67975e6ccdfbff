using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.SqlServer;

namespace WebhookService.Tests.Writing.Samples;

[TestFixture]
[Category("Long")]
internal sealed class SqlServerSampleTests : SampleContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqlServerTestDatabase.CreateAsync();
}
