using FluentAssertions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using NUnit.Framework;
using WebhookService.Infrastructure.Copying;
using WebhookService.Infrastructure.Copying.Sides;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Tests.Copying;

/// <summary>No table and no column of the model can be forgotten by a copy.</summary>
[TestFixture]
internal sealed class CopyPlanTests
{
    private static readonly Func<WebhookDbContext>[] Models =
    [
        () => new SqliteDesignTimeFactory().CreateDbContext([]),
        () => new PostgreSqlDesignTimeFactory().CreateDbContext([]),
        () => new SqlServerDesignTimeFactory().CreateDbContext([]),
    ];

    [Test]
    public void Plan_HasEveryColumnOfEveryTable([Values(0, 1, 2)] int model)
    {
        using var db = Models[model]();

        var columns = CopyPlan.Of(db).SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"));

        columns.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(
            db.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables
                .Where(table => !CopyPlan.Others.ContainsKey(table.Name))
                .SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}")));
    }

    [Test]
    public void Plans_AreTheSame_WhateverTheDatabases([Values(0, 1, 2)] int source, [Values(0, 1, 2)] int target)
    {
        using var from = Models[source]();
        using var to = Models[target]();

        var pairs = CopyPlan.Pair(CopyPlan.Of(from), CopyPlan.Of(to));

        pairs.Should().HaveCountGreaterThan(5).And.OnlyContain(pair => pair.Source.Name == pair.Target.Name
            && pair.Source.Columns.Select(column => column.Name).SequenceEqual(pair.Target.Columns.Select(column => column.Name)));
    }

    // Other databases may sort texts otherwise, and would then be compared in another order.
    [Test]
    public void Keys_SortAlikeEverywhere([Values(0, 1, 2)] int model)
    {
        using var db = Models[model]();

        CopyPlan.Of(db).SelectMany(table => table.Columns.Take(table.KeyLength).Select(column => column.Kind))
            .Should().OnlyContain(kind => kind == ColumnKind.Integer || kind == ColumnKind.Binary || kind == ColumnKind.Time);
    }

    [Test]
    public void Counters_AreTheAssignedNumbers()
    {
        using var db = Models[1]();

        CopyPlan.CountersOf(db).Should().BeEquivalentTo(
            [("transactions", "sequence"), ("quarantine", "id"), ("audit", "id"), ("instances", "instance_id")]);
    }

    [Test]
    public void Others_AreTables()
    {
        using var db = Models[1]();

        CopyPlan.OthersOf(db).Should().BeEquivalentTo(CopyPlan.Others.Keys);
    }

    [Test]
    public void Pair_NamesWhatIsMissing()
    {
        var whole = new CopyTable("pays", [new("id", ColumnKind.Integer, "bigint", false), new("note", ColumnKind.Text, "text", false)], 1);
        var part = whole with { Columns = [.. whole.Columns.Take(1)] };

        var pair = () => CopyPlan.Pair([whole], [part]);

        pair.Should().Throw<NotSupportedException>().WithMessage("pays.note (Text) is only in the source");
    }
}
