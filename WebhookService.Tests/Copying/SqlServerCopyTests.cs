using FluentAssertions;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using NUnit.Framework;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Tests.Copying;

/// <summary>The T-SQL of a copy, parsed without a server by Microsoft's parser for SQL Server 2016.</summary>
[TestFixture]
internal sealed class SqlServerCopyTests
{
    private static readonly CopySide Side = CopySide.Of(DatabaseTarget.Parse("sqlserver://user:password@host/database"));

    [Test]
    public void Statements_AreValid()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        string[] statements =
        [
            .. Side.Begin,
            .. Side.End,
            DatabaseReservation.LockSqlServer,
            .. CopyPlan.Of(db).SelectMany(table => new[] { table.Select(isAfterKey: false), table.Select(isAfterKey: true) }),
        ];

        foreach (var sql in statements)
        {
            using var text = new StringReader(sql);
            new TSql130Parser(initialQuotedIdentifiers: true).Parse(text, out var errors);
            errors.Select(error => $"{error.Line}:{error.Column} {error.Message}").Should().BeEmpty(sql);
        }
    }

    [Test]
    public void Select_ContinuesBehindTheKey()
    {
        var table = new CopyTable("pays", [.. "abc".Select(name => new CopyColumn($"{name}", ColumnKind.Integer, "bigint", false))], 3);

        table.Select(isAfterKey: true).Should().Contain(
            "WHERE \"a\" >= @k0 AND (\"a\" > @k0 OR (\"b\" >= @k1 AND (\"b\" > @k1 OR (\"c\" > @k2))))");
    }
}
