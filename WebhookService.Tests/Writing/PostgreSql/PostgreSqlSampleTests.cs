using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
public sealed class PostgreSqlSampleTests : SampleContract
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync();
}
