using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Writing.Samples;

[TestFixture]
internal sealed class SqliteSampleTests : SampleContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteFile());
}
