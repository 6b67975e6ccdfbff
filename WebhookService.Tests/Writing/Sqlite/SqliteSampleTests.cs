using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
public sealed class SqliteSampleTests : SampleContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
