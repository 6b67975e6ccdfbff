using System.Data.Common;
using System.Runtime.CompilerServices;
using FluentAssertions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SQLitePCL;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Alerts;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Model;

/// <summary>SQLite's plan for every query of the service: a suitable index, and no sorting of the result.</summary>
[TestFixture]
internal sealed class QueryPlanTests
{
    private const string Finished = "ix_transactions_finished";
    private const string Failed = "ix_transactions_failed";
    private const string Dismissed = "ix_transactions_dismissed";
    private const string Processing = "ix_transactions_processing";
    private const string Waiting = "ix_transactions_waiting";
    private const string Source = "ix_transactions_source";
    private const string Destination = "ix_transactions_destination";

    private static readonly TransactionQuery All = new();
    private static readonly TransactionQuery Range = new() { CreatedFrom = At(1), CreatedTo = At(9) };

    // Unfinished, waiting and finished rows are queried separately: each part has its index.
    private static readonly TestCaseData<TransactionQuery, string[]>[] Lists =
    [
        new(All, [Processing, Waiting, Finished]) { TestName = "no filter" },
        new(Range, [Processing, Waiting, Finished]) { TestName = "time range" },
        new(new() { Status = TransactionStatus.Processing }, [Processing, Waiting]) { TestName = "processing" },
        new(new() { Status = TransactionStatus.Failed }, [Failed, Dismissed]) { TestName = "failed" },
        new(new() { Status = TransactionStatus.Failed, IsDismissed = false }, [Failed]) { TestName = "not dismissed" },
        new(new() { Status = TransactionStatus.Processed }, [Finished]) { TestName = "processed" },
        new(new() { SourceAccount = "s" }, [Processing, Waiting, Source]) { TestName = "source" },
        new(new() { DestinationAccount = "d" }, [Processing, Waiting, Destination]) { TestName = "destination" },
        new(Range with { SourceAccount = "s" }, [Processing, Waiting, Source]) { TestName = "source and time range" },
        new(Range with { DestinationAccount = "d" }, [Processing, Waiting, Destination]) { TestName = "destination and time range" },
        new(Range with { Status = TransactionStatus.Failed }, [Failed, Dismissed]) { TestName = "failed and time range" },
        new(Range with { Status = TransactionStatus.Processing }, [Processing, Waiting]) { TestName = "processing and time range" },
    ];

    private readonly SqliteFile _file = new();
    private readonly CommandRecorder _commands = new();
    private SqliteReadDialect _reads = null!;
    private StoreFixture _instance = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _reads = new SqliteReadDialect(DatabaseTarget.Parse(_file.Url));
        _instance = new StoreFixture(_file.Url, [("Retention:ContentAge", "00:00:01")], services =>
            services.ConfigureDbContext<SqliteWebhookDbContext>(options => options.AddInterceptors(_commands)));
        await _instance.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _reads.DisposeAsync();
        await _instance.DisposeAsync();
        await _file.DisposeAsync();
    }

    [TestCaseSource(nameof(Lists))]
    public async Task List_ReadsItsIndexesInOrder(TransactionQuery query, string[] indexes)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(indexes);

        foreach (var page in new[] { query, query with { After = new PageCursor(At(5), 7) } })
        {
            var sql = new TransactionSql(_reads);
            var plan = await ExplainAsync(sql.Page(page), sql.Values(page));
            var steps = plan.Where(step => step.Contains(" INDEX ", StringComparison.Ordinal)).ToArray();

            steps.Should().HaveSameCount(indexes);
            steps.Zip(indexes).Should().OnlyContain(
                pair => pair.First.Contains($" USING INDEX {pair.Second}", StringComparison.Ordinal), string.Join(" | ", plan));
            plan.Should().NotContain(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal), "nothing is sorted");
            if (page.After is not null)
            {
                steps.Should().OnlyContain(
                    step => step.StartsWith("SEARCH", StringComparison.Ordinal)
                        && step.Contains("created_at<", StringComparison.Ordinal),
                    "the cursor is a range on the index");
            }
        }
    }

    [TestCase(1)]
    [TestCase(TransactionSql.MaxIds)]
    public async Task Find_SearchesTheUniqueKey(int ids)
    {
        var plan = await ExplainAsync(
            TransactionSql.FindByIds(ids), TransactionSql.Ids([.. Enumerable.Range(0, ids).Select(i => $"txn_{i}")]));

        plan.Should().Equal(
            "SEARCH t USING INDEX ux_transactions_transaction_id (transaction_id=?)",
            "SEARCH e USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN");
    }

    [Test]
    public async Task NewFailures_AreFoundAmongTheNewestFailedRows_AndOnlyThose()
    {
        var reader = _instance.Get<AlertReader>();

        var plan = await ExplainAsync(reader.NewFailures, reader.Values(At(1), 100));

        plan.Should().Contain(step => step.StartsWith($"SCAN t USING INDEX {Failed}", StringComparison.Ordinal))
            .And.Contain(step => step.StartsWith("SEARCH a USING PRIMARY KEY (sequence=? AND number=?)", StringComparison.Ordinal))
            .And.NotContain(step => step.StartsWith("SCAN a", StringComparison.Ordinal), string.Join(" | ", plan));
    }

    [Test]
    public async Task Events_AreFoundByTheirKeys()
    {
        var reader = _instance.Get<IEventReader>();
        _commands.All.Clear();
        await reader.FindEventAsync("txn", CancellationToken.None);
        await reader.ListQuarantineAsync(null, 9, 50, CancellationToken.None);
        await reader.ListQuarantineAsync("stripe", 9, 50, CancellationToken.None);
        await reader.CountQuarantineAsync(null, CancellationToken.None);

        Plans().Should().Equal(
            "SEARCH t USING INDEX ux_transactions_transaction_id (transaction_id=?)",
            "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH q USING INTEGER PRIMARY KEY (rowid<?)",
            "SEARCH q USING INDEX ix_quarantine_source (source=? AND id<?)",
            "SCAN quarantine USING COVERING INDEX ix_quarantine_last_received");
    }

    // None of these reads more than it needs, however many rows there are.
    [Test]
    public async Task Count_ReadsTheTotalsAndTheFirstOfTwoIndexes()
    {
        _commands.All.Clear();
        await _instance.Reader.CountAsync(CancellationToken.None);

        Plans().Should().Equal(
            "SCAN t",
            $"SEARCH t USING INDEX {Processing} (created_at>?)",
            $"SEARCH t USING INDEX {Waiting} (created_at>?)");
        _commands.All[0].Should().Contain("\"totals\"");
    }

    [Test]
    public async Task History_SearchesItsKeys()
    {
        await _instance.Store.AddAsync(Transaction.Receive("txn", "s", "d", 1, "INR", At(1)));
        _commands.All.Clear();
        await _instance.Reader.FindAttemptsAsync("txn", CancellationToken.None);
        await _instance.Reader.FindConflictsAsync("txn", CancellationToken.None);

        Plans().Where(step => step.Contains(" PRIMARY KEY", StringComparison.Ordinal) && !step.Contains("JOIN", StringComparison.Ordinal)).Should().Equal(
            "SEARCH a USING PRIMARY KEY (sequence=?)",
            "SEARCH c USING PRIMARY KEY (sequence=?)");
    }

    [Test]
    public async Task Prune_ReadsItsIndexesInOrder()
    {
        _commands.All.Clear();
        _ = _instance.StartPruning();
        await _instance.Clock.ArmedAsync(TimeSpan.FromMinutes(10));
        _instance.Clock.Advance(TimeSpan.FromMinutes(10));
        await Patience.UntilAsync(() => _commands.All.Count == 2);

        Plans().Should().Equal("SCAN i", $"SEARCH t USING INDEX {Finished} (created_at>? AND created_at<?)");
        Plan(db => new SqliteHistory(db, new()), history => PruneAttempts(history)).Should()
            .Contain(step => step.Contains(" INDEX ix_attempts_started (started_at<?)"))
            .And.NotContain(step => step.Contains("TEMP B-TREE"));
    }

    [Test]
    public void Claim_SearchesThePartialIndexInOrder()
    {
        var plan = Plan(statements => statements.FindClaimable);

        plan.Should().ContainSingle().Which.Should().StartWith("SEARCH").And.Contain(Processing)
            .And.EndWith("(created_at>?)");
    }

    [Test]
    public void Writes_SearchAKey()
    {
        Plan(statements => statements.Claim).Should().ContainSingle()
            .Which.Should().Contain("USING INTEGER PRIMARY KEY (rowid=?)");
        Plan(statements => statements.Complete).Should().ContainSingle()
            .Which.Should().Contain("USING INDEX ux_transactions_transaction_id (transaction_id=?)");
        Plan(db => new SqliteInsert(db, new SqliteHistory(db, new())), insert => Find(insert)).Should().ContainSingle()
            .Which.Should().Contain("USING INDEX ux_transactions_transaction_id (transaction_id=?)");
        Plan(statements => statements.Retry).Should().ContainSingle()
            .Which.Should().Contain("USING INDEX ux_transactions_transaction_id (transaction_id=?)");
        Plan(statements => statements.FindDue).Should().ContainSingle()
            .Which.Should().Contain("USING INDEX ix_transactions_due (next_attempt_at<?)");
        Plan(statements => statements.Release).Should()
            .Contain(step => step.Contains(Processing)).And.NotContain(step => step.Contains(Finished));
    }

    private List<string> Plans() =>
        [.. _commands.All.ToArray().SelectMany(sql => _file.Query($"EXPLAIN QUERY PLAN {sql}")).Select(row => row[3])];

    // On a connection with the settings of reads.
    private async Task<List<string>> ExplainAsync(string sql, IReadOnlyList<ReadParameter> parameters)
    {
        await using var session = _reads.Take();
        await session.OpenAsync(CancellationToken.None);
        return await session.QueryAsync(
            $"EXPLAIN QUERY PLAN {sql}", parameters, row => row.GetString(3), 5, CancellationToken.None);
    }

    private static DateTimeOffset At(int microseconds) => ObservableTimeProvider.Origin.AddMicroseconds(microseconds);

    // Uses the text of the statement that the writer has actually prepared.
    private List<string> Plan(Func<SqliteStatements, SqliteStatement> choose) =>
        Plan(db => new SqliteStatements(db), choose);

    private List<string> Plan<TOwner>(Func<sqlite3, TOwner> prepare, Func<TOwner, SqliteStatement> choose)
        where TOwner : IDisposable
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_file.Path};Pooling=False");
        connection.Open();
        using var statements = prepare(connection.Handle!);
        var sql = raw.sqlite3_sql(Handle(choose(statements))).utf8_to_string();
        return [.. _file.Query($"EXPLAIN QUERY PLAN {sql}").Select(row => row[3])];
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_find")]
    private static extern ref SqliteStatement Find(SqliteInsert insert);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pruneAttempts")]
    private static extern ref SqliteStatement PruneAttempts(SqliteHistory history);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_statement")]
    private static extern ref sqlite3_stmt Handle(SqliteStatement statement);

    private sealed class CommandRecorder : DbCommandInterceptor
    {
        /// <summary>The queries with their parameters inlined, so that they can be explained.</summary>
        public List<string> All { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            var sql = command.CommandText;
            foreach (var parameter in command.Parameters.Cast<DbParameter>().OrderByDescending(p => p.ParameterName.Length))
            {
                var literal = parameter.Value is string text ? $"'{text}'" : $"{parameter.Value}";
                sql = sql.Replace(parameter.ParameterName, literal, StringComparison.Ordinal);
            }

            All.Add(sql);
            return ValueTask.FromResult(result);
        }
    }
}
