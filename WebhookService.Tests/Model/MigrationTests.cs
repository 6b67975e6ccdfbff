using System.Globalization;
using System.Runtime.CompilerServices;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.PostgreSql;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Model;

[TestFixture]
internal sealed class MigrationTests
{
    private readonly SqliteFile _file = new();

    [TearDown]
    public async Task DeleteAsync() => await _file.DisposeAsync();

    [Test]
    public void Models_HaveNoChangeWithoutAMigration()
    {
        WebhookDbContext[] models =
        [
            new SqliteDesignTimeFactory().CreateDbContext([]),
            new PostgreSqlDesignTimeFactory().CreateDbContext([]),
            new SqlServerDesignTimeFactory().CreateDbContext([]),
        ];

        foreach (var db in models)
        {
            using (db)
            {
                db.Database.HasPendingModelChanges().Should().BeFalse(db.GetType().Name);
            }
        }
    }

    // WEBHOOK_TEST_SCHEMA=write rewrites the script after a migration was added.
    [Test]
    public async Task Script_EqualsTheMigrations()
    {
        using var db = new SqliteDesignTimeFactory().CreateDbContext([]);
        var script = db.GetService<IMigrator>().GenerateScript().ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_SCHEMA") == "write")
        {
            await File.WriteAllTextAsync(
                Path.Combine(
                    SourceTree.Root, "WebhookService.Infrastructure", "Model", "Migrations", "Sqlite", "schema.sql"),
                script);
            Assert.Ignore("The script was written; the next build includes it.");
        }

        SqliteSchema.Script.Should().Be(script);
        SqliteSchema.Migrations.Should().Equal(db.Database.GetMigrations());
    }

    [Test]
    public async Task Start_MakesTheSchema_WhenThereIsNoFile()
    {
        File.Exists(_file.Path).Should().BeFalse();

        await using var instance = await StartAsync();

        await using var db = instance.Get<IDatabase>().CreateContext();
        (await db.Database.GetPendingMigrationsAsync()).Should().BeEmpty();
        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Added);
    }

    // Repeated, so that instances meet in the middle of each other's migrations.
    [Test]
    [Repeat(5)]
    public async Task Migrate_Succeeds_WhenInstancesMeetOnAnEmptyServer()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        StoreFixture[] instances = [.. Enumerable.Range(0, 6).Select(_ => new StoreFixture(database.Url, []))];

        await Task.WhenAll(instances.Select(
            instance => Task.Run(() => instance.Get<DatabaseMigrator>().MigrateAsync(CancellationToken.None))));

        await using var db = instances[0].Get<IDatabase>().CreateContext();
        (await db.Database.GetPendingMigrationsAsync()).Should().BeEmpty();
        foreach (var instance in instances)
        {
            await instance.DisposeAsync();
        }
    }

    [Test]
    public async Task Start_ChangesNothing_WhenTheSchemaIsThere()
    {
        await using (var first = await StartAsync())
        {
            await first.Store.AddAsync(Row("txn"));
        }

        var schema = _file.Query("SELECT type, name, sql FROM sqlite_schema ORDER BY name");
        await using var second = await StartAsync();

        (await second.Reader.FindAsync("txn", CancellationToken.None)).Should().NotBeNull();
        _file.Query("SELECT type, name, sql FROM sqlite_schema ORDER BY name").Should().BeEquivalentTo(schema);
    }

    [Test]
    public async Task Start_IsNotBlocked_WhenAKilledMigrationLeftItsLock([Values] bool isMigrated)
    {
        if (isMigrated)
        {
            await (await StartAsync()).DisposeAsync();
        }

        _file.Execute("""
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
                "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
            """);

        await using var instance = await StartAsync();

        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Added);
    }

    [Test]
    public async Task Start_KeepsEveryTimeToTheMicrosecond_WhenTimesWereText()
    {
        await MakeFirstSchemaAsync();
        _file.Execute("""
            INSERT INTO instances VALUES (41, '2026-01-15T10:30:00.000000Z', '2026-01-15T10:30:00.000000Z');
            INSERT INTO transactions VALUES
                (7, 'open', 's', 'd', '150.50', 'INR', 'PROCESSING', '2026-01-15T10:30:00.000001Z', NULL, 0, NULL, 41),
                (8, 'done', 's', 'd', '1.00', 'INR', 'FAILED',
                    '2025-12-31T23:59:59.999999Z', '2026-01-01T00:00:00.120000Z', 1, 'refused', NULL);
            """);
        await using var instance = await StartAsync();

        var rows = await instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None);
        rows.Select(row => (row.Sequence, row.TransactionId, row.CreatedAt, row.ProcessedAt)).Should().Equal(
            (7, "open", Time("2026-01-15T10:30:00.000001Z"), null),
            (8, "done", Time("2025-12-31T23:59:59.999999Z"), Time("2026-01-01T00:00:00.120000Z")));
        (await instance.Reader.CountAsync(CancellationToken.None)).Should().Be(
            new StoreTotals(1, 0, 1, 0, 0, 0, Time("2026-01-15T10:30:00.000001Z")), "rows that are older than the totals are counted");
        (await instance.ClaimAllAsync()).Should().Equal("open");
        _file.Query("SELECT instance_id FROM instances").Single().Should().Equal("42");
    }

    [Test]
    public async Task Start_EndsWithAStop_WhenThereIsSomethingToMigrate()
    {
        await MakeFirstSchemaAsync();
        await using var instance = Build();

        var start = () => instance.Get<DatabaseMigrator>().StartingAsync(new CancellationToken(canceled: true));

        await start.Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task Start_SaysWhy_WhenTheFileIsNoDatabase()
    {
        await File.WriteAllTextAsync(_file.Path, new string('x', 5_000));
        await using var instance = Build();

        var start = instance.StartAsync;

        (await start.Should().ThrowAsync<StoreUnavailableException>()).WithMessage($"*{_file.Path}*");
    }

    [Test]
    public async Task Start_SaysWhy_WhenAnotherProcessHasTheFile()
    {
        await using var first = await StartAsync();
        await using var second = Build();

        var start = second.StartAsync;

        (await start.Should().ThrowAsync<StoreUnavailableException>()).WithMessage("*in use by another process*");
        (await first.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Added);
    }

    [Test]
    public void Writer_WritesAheadAndSyncsFully()
    {
        using (var connection = new SqliteConnection($"Data Source={_file.Path};Pooling=False"))
        using (var db = new SqliteWebhookDbContext(
            new DbContextOptionsBuilder<SqliteWebhookDbContext>().UseSqlite(connection).Options))
        {
            db.Database.Migrate();
        }

        using var writer = new SqliteBatchWriter(
            _file.Path, new StoreLimits(new(), new()), new ObservableTimeProvider(), NullLogger<SqliteBatchWriter>.Instance);
        writer.Open();

        _file.Query("PRAGMA journal_mode").Should().ContainSingle().Which.Should().Equal("wal");
        Pragma(writer, "synchronous").Should().Be(2, "2 is FULL: 1 loses acknowledged commits when the power fails");
        Pragma(writer, "fullfsync").Should().Be(1);
    }

    // The setting belongs to the connection, so the test must query the writer's own connection.
    private static long Pragma(SqliteBatchWriter writer, string name)
    {
        using var statement = new SqliteStatement(Database(writer)!, $"PRAGMA {name}");
        statement.Step().Should().BeTrue();
        return statement.Integer(0);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_db")]
    private static extern ref SQLitePCL.sqlite3? Database(SqliteBatchWriter writer);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static Transaction Row(string id) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin);

    private StoreFixture Build() => new(_file.Url, []);

    private async Task MakeFirstSchemaAsync()
    {
        await using var db = new SqliteWebhookDbContext(
            new DbContextOptionsBuilder<SqliteWebhookDbContext>().UseSqlite($"Data Source={_file.Path}").Options);
        await db.GetService<IMigrator>().MigrateAsync("Initial");
    }

    private Task<StoreFixture> StartAsync() => Build().StartAsync();
}
