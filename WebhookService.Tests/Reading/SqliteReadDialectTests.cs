using System.Data;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using SQLitePCL;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Reading;

[TestFixture]
internal sealed class SqliteReadDialectTests
{
    // https://sqlite.org/c3ref/c_stmtstatus_counter.html
    private const int Reprepared = 5;

    private readonly SqliteFile _file = new();
    private SqliteReadDialect _dialect = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        await using (var instance = new StoreFixture(_file.Url, []))
        {
            await instance.StartAsync();
        }

        _dialect = new SqliteReadDialect(DatabaseTarget.Parse(_file.Url));
    }

    [TearDown]
    public async Task DeleteAsync()
    {
        await _dialect.DisposeAsync();
        await _file.DisposeAsync();
    }

    [Test]
    public async Task Session_IsKept_UntilTheDialectIsDisposed()
    {
        var first = await ReadAsync(TransactionSql.FindByIds(1), TransactionSql.Ids(["x"]));
        var second = await ReadAsync(TransactionSql.FindByIds(1), TransactionSql.Ids(["y"]));
        await _dialect.DisposeAsync();

        second.Should().BeSameAs(first);
        first.Connection.State.Should().Be(ConnectionState.Closed);
    }

    [Test]
    public async Task Session_IsClosed_WhenItsQueryFailed()
    {
        ReadSession? failed = null;

        var read = async () =>
        {
            await using var session = failed = _dialect.Take();
            await session.OpenAsync(CancellationToken.None);
            await session.QueryAsync("SELECT nothing", [], row => 0, 5, CancellationToken.None);
        };

        await read.Should().ThrowAsync<SqliteException>();
        failed!.Connection.State.Should().Be(ConnectionState.Closed);
        _dialect.Take().Should().NotBeSameAs(failed);
    }

    [Test]
    public async Task Page_IsPlannedOnce_WhateverItsLimit()
    {
        var sql = new TransactionSql(_dialect);
        await using var session = _dialect.Take();
        await session.OpenAsync(CancellationToken.None);
        var db = ((SqliteConnection)session.Connection).Handle!;
        db.enable_sqlite3_next_stmt(true);
        foreach (var limit in new[] { 1, 50, 7 })
        {
            var query = new TransactionQuery { Limit = limit };
            await session.QueryAsync(sql.Page(query), sql.Values(query), sql.Read, 5, CancellationToken.None);
        }

        var statement = raw.sqlite3_next_stmt(db, null);

        raw.sqlite3_sql(statement).utf8_to_string().Should().Contain("UNION ALL");
        raw.sqlite3_stmt_status(statement, Reprepared, 0).Should().Be(0);
    }

    private async Task<ReadSession> ReadAsync(string sql, IReadOnlyList<ReadParameter> parameters)
    {
        await using var session = _dialect.Take();
        await session.OpenAsync(CancellationToken.None);
        await session.QueryAsync(sql, parameters, row => row.GetString(1), 5, CancellationToken.None);
        return session;
    }
}
