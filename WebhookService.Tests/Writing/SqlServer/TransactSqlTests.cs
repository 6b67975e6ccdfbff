using System.Data;
using FluentAssertions;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using WebhookService.Infrastructure.Writing.SqlServer;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing.SqlServer;

/// <summary>All T-SQL of the service, parsed without a server by Microsoft's parser for SQL Server 2016.</summary>
[TestFixture]
internal sealed class TransactSqlTests
{
    private static readonly SqlServerDialect Dialect = new("Server=nowhere", TimeSpan.FromSeconds(5));

    private static readonly Transaction Row = Transaction.Receive(
        "txn", "acc_user_789", "O'Brien 💸", 150.50m, "INR", ObservableTimeProvider.Origin);

    private static readonly AddRequest[] Rows = [new(Row) { IsReserved = true }, new(Row)];

    private static readonly EventPayload Payload = new("application/json", "{}"u8.ToArray());

    private static readonly AddRequest[] RowsOfSources =
        [new(Row), new(Row, new SourceEvent("stripe", "it's \"x\"", null, ObservableTimeProvider.Origin, Payload))];

    private static readonly SentQuarantine[] Odd =
    [
        new(
            new("stripe", new byte[32], ObservableTimeProvider.Origin, "it's \"x\"", null, "evt_1", "{}", Payload),
            2,
            ObservableTimeProvider.Origin),
    ];

    private static readonly Completion[] Completions =
    [
        Attempts.Finish("txn", TransactionStatus.Processed, ObservableTimeProvider.Origin),
        Attempts.Finish("other", TransactionStatus.Failed, ObservableTimeProvider.Origin, "it said \"no\""),
        Completion.Again("third", 1, Attempts.At(ObservableTimeProvider.Origin), ObservableTimeProvider.Origin),
    ];

    private static readonly TestCaseData<ServerStatement>[] Statements =
    [
        new(Dialect.Add(0, Rows, 7)) { TestName = "add" },
        new(Dialect.Find(1, ["txn"])) { TestName = "find" },
        new(Dialect.Complete(2, Completions, 50, 7)) { TestName = "complete" },
        new(Dialect.Claim(3, ClaimPosition.Start, 10, 7, mayTakeOver: true)) { TestName = "claim" },
        new(Dialect.Release(4, 10, 7)) { TestName = "release" },
        new(Dialect.Release(5, [new OrphanedClaim("txn", 1)], 7)) { TestName = "release of orphans" },
        new(Dialect.Instances.Register(6, TimeSpan.FromSeconds(20), TimeSpan.FromHours(1))) { TestName = "register" },
        new(Dialect.Instances.Renew(7, TimeSpan.FromSeconds(20), 7)) { TestName = "renew" },
        new(Dialect.Instances.Deregister(8, 7)) { TestName = "deregister" },
        new(Dialect.ClaimDue(9, ObservableTimeProvider.Origin, 10, 7)) { TestName = "claim of what is due" },
        new(Dialect.History.Retry(10, [new FailedRound("txn", 1)], 7)) { TestName = "retry" },
        new(Dialect.History.RecordConflicts(11, [new(Row, ContentHash.Of(Row), 2)], 20, 7)) { TestName = "conflicts" },
        new(Dialect.History.PruneContent(12, [new PrunedContent("txn", 1, ContentHash.Of(Row))], 7)) { TestName = "prune content" },
        new(Dialect.FindCompleted(14, Completions, 7)) { TestName = "find what is completed" },
        new(Dialect.Instances.Confirm(15, 7)) { TestName = "confirm" },
        new(Dialect.Add(16, RowsOfSources, 7)) { TestName = "add with events" },
        new(Dialect.Quarantine.Add(17, Odd, 100)) { TestName = "quarantine" },
        new(Dialect.Quarantine.Remove(18, 7)) { TestName = "remove from quarantine" },
        new(Dialect.Quarantine.Prune(19, ObservableTimeProvider.Origin, 100)) { TestName = "prune quarantine" },
        new(Dialect.History.Record(20, new(ObservableTimeProvider.Origin, "ops", AuditActions.Pause, null, 0, "it's down")))
        {
            TestName = "record an action",
        },
        new(Dialect.History.RecordSample(21, new(
            new SampleRow { At = ObservableTimeProvider.Origin },
            new SampleGrain(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), TimeSpan.FromDays(1)))))
        {
            TestName = "record a sample",
        },
        new(Dialect.History.StoreAlert(22, new("breaker.open", 3, ObservableTimeProvider.Origin, null, null, 7))) { TestName = "store an alert" },
        new(Dialect.History.PruneAttempts(13, ObservableTimeProvider.Origin, 100)) { TestName = "prune attempts" },
    ];

    [TestCaseSource(nameof(Statements))]
    public void Statement_IsValid_AndHasItsParameters(ServerStatement statement)
    {
        var parameters = statement.Parameters.Select(parameter => parameter.ParameterName).ToArray();

        var script = Parse(statement.Sql);

        var variables = new VariableNames();
        script.Accept(variables);
        variables.Used.Except(variables.Declared).Should().BeEquivalentTo(parameters);
    }

    // Where READ_COMMITTED_SNAPSHOT is on, the server refuses READPAST in a query that takes no locks (error 650).
    // https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table
    [TestCaseSource(nameof(Statements))]
    public void Statement_SkipsLockedRows_OnlyWithLocksOfItsOwn(ServerStatement statement)
    {
        var tables = new TableHints();
        Parse(statement.Sql).Accept(tables);

        tables.Found.Where(hints => hints.Contains(TableHintKind.ReadPast)).Should().NotContain(hints =>
            !hints.Contains(TableHintKind.UpdLock) && !hints.Contains(TableHintKind.ReadCommittedLock));
    }

    // The statements of a round trip share one set of parameter names, so no name may occur twice.
    [Test]
    public void RoundTrip_IsOneValidTransaction()
    {
        var statements = Statements.Select(data => (ServerStatement)data.Arguments[0]!).ToArray();
        var sql = SqlServerDialect.RoundTrip(statements);

        var script = Parse(sql);

        script.Batches.Should().ContainSingle();
        script.Batches[0].Statements.Should().ContainSingle(statement => statement is BeginTransactionStatement)
            .And.ContainSingle(statement => statement is CommitTransactionStatement)
            .And.EndWith(script.Batches[0].Statements.OfType<CommitTransactionStatement>().Single());
        statements.SelectMany(statement => statement.Parameters.Select(parameter => parameter.ParameterName)).Should().OnlyHaveUniqueItems();
    }

    // https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server
    [Test]
    public void RoundTrip_HasNoMoreParametersThanTheServerTakes_WhateverItsBatchHas()
    {
        var all = Statements.Select(data => ((ServerStatement)data.Arguments[0]!).Parameters.Length).ToArray();

        ((WriteQueue.MaxStatements * all.Max()) + all.Sum()).Should().BeLessThan(2_100);
    }

    [Test]
    public void Migrations_AreValid()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        Parse(script).Batches.Should().NotBeEmpty();
    }

    [Test]
    public void Queries_AreValid()
    {
        var sql = new TransactionSql(new SqlServerReadDialect(
            DatabaseTarget.Parse("sqlserver://user:password@host/database"), Options.Create(new DatabaseOptions())));
        var query = new TransactionQuery
        {
            SourceAccount = "acc ",
            DestinationAccount = "acc",
            CreatedFrom = DateTimeOffset.UnixEpoch,
            CreatedTo = DateTimeOffset.UnixEpoch,
            Currency = "INR",
            AmountMin = 1,
            AmountMax = 2,
            FailureReason = "503",
            HasConflict = true,
            Source = "stripe",
            After = new PageCursor(DateTimeOffset.UnixEpoch, 7),
        };

        Parse(TransactionSql.FindByIds(TransactionSql.MaxIds)).Batches.Should().ContainSingle();
        Parse(sql.Failures).Batches.Should().ContainSingle();
        Parse(sql.Page(query)).Batches.Should().ContainSingle();
        sql.Page(query).Should().Contain("t.source_account + '.' = @source + '.'")
            .And.Contain("t.destination_account + '.' = @destination + '.'")
            .And.Contain("'PROCESSING'", "a parameter would not match the filtered index");
    }

    // The server keeps a plan for each type of a parameter, and the driver's own type has the length of the value.
    [Test]
    public void Lookup_HasOnePlan_WhateverTheLengthsOfItsIds()
    {
        var dialect = new SqlServerReadDialect(
            DatabaseTarget.Parse("sqlserver://user:password@host/database"), Options.Create(new DatabaseOptions()));
        using var command = new SqlCommand();
        command.Parameters.Add(new SqlParameter("@id0", SqlDbType.VarChar));

        dialect.Prepare(command);
        command.Parameters[0].Value = "short";

        command.Parameters[0].Size.Should().Be(TransactionRules.MaxIdLength);
    }

    [Test]
    public void InstanceQuery_IsValid_AndAsksTheServersClock()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        var sql = db.Describe(db.Set<Instance>().OrderByDescending(row => row.InstanceId), 7).ToQueryString();

        Parse(sql).Batches.Should().ContainSingle();
        sql.Should().Contain("SYSUTCDATETIME()");
    }

    private static TSqlScript Parse(string sql)
    {
        using var text = new StringReader(sql);
        var fragment = new TSql130Parser(initialQuotedIdentifiers: true).Parse(text, out var errors);
        errors.Select(error => $"{error.Line}:{error.Column} {error.Message}").Should().BeEmpty(sql);
        return (TSqlScript)fragment;
    }

    private sealed class TableHints : TSqlFragmentVisitor
    {
        public List<TableHintKind[]> Found { get; } = [];

        public override void Visit(NamedTableReference node) => Found.Add([.. node.TableHints.Select(hint => hint.HintKind)]);
    }

    private sealed class VariableNames : TSqlFragmentVisitor
    {
        public HashSet<string> Used { get; } = [];

        public HashSet<string> Declared { get; } = [];

        public override void Visit(VariableReference node) => Used.Add(node.Name);

        public override void Visit(VariableTableReference node) => Used.Add(node.Variable.Name);

        public override void Visit(DeclareVariableElement node) => Declared.Add(node.VariableName.Value);

        public override void Visit(DeclareTableVariableBody node) => Declared.Add(node.VariableName.Value);
    }
}
