using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;

namespace WebhookService.Tests.Writing.Samples;

[TestFixture]
[Category("Long")]
internal sealed class PostgreSqlSampleTests : SampleContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
