using NUnit.Framework;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;
using WebhookService.Tests.Writing.Sqlite;
using WebhookService.Tests.Writing.SqlServer;

namespace WebhookService.Tests.Copying;

[TestFixture("sqlite", "sqlite")]
[TestFixture("sqlite", "postgresql", Category = "Long")]
[TestFixture("postgresql", "sqlite", Category = "Long")]
[TestFixture("sqlite", "sqlserver", Category = "Long")]
[TestFixture("sqlserver", "sqlite", Category = "Long")]
[TestFixture("sqlserver", "postgresql", Category = "Long")]
internal sealed class CopyTests(string source, string target) : CopyContract
{
    protected override Task<ITestDatabase> CreateSourceAsync() => CreateAsync(source);

    protected override Task<ITestDatabase> CreateTargetAsync() => CreateAsync(target);

    private static async Task<ITestDatabase> CreateAsync(string kind) => kind switch
    {
        "sqlite" => new SqliteFile(),
        "postgresql" => await PostgresDatabase.CreateAsync(),
        _ => await SqlServerTestDatabase.CreateAsync(),
    };
}
