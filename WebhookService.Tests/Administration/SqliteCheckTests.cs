using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Administration;

[TestFixture]
internal sealed class SqliteCheckTests
{
    private const string Attempt = "INSERT INTO attempts VALUES (1, 1, 1, 1, 'FAULTED', NULL, NULL, 1); ";

    private readonly SqliteFile _file = new();

    [TearDown]
    public async Task DeleteAsync() => await _file.DisposeAsync();

    [Test]
    public async Task Check_FindsNothing_WhenThereAreRowsOfEveryKind()
    {
        await using (var instance = (await new StoreFixture(_file.Url, []).StartAsync()).WithoutBacklog())
        {
            await AddAsync(instance, "open", "processed", "failed", "waiting", "retried", "pruned", "conflict");
            await instance.Store.CompleteAsync(Completion.Processed("processed", 1, Attempts.At(instance.Clock.GetUtcNow())));
            await instance.Store.CompleteAsync(Completion.Processed("pruned", 1, Attempts.At(instance.Clock.GetUtcNow())));
            await instance.Store.CompleteAsync(Completion.Failed("failed", 1, Attempts.At(instance.Clock.GetUtcNow()), "no"));
            await instance.Store.CompleteAsync(Completion.Failed("retried", 1, Attempts.At(instance.Clock.GetUtcNow()), "no"));
            foreach (var id in new[] { "stripe:1", "stripe:2" })
            {
                await instance.Store.AddAsync(Row(id, 1, "stripe"), new SourceEvent("stripe", "paid", id, null, new EventPayload(null, new byte[9])));
            }

            await instance.Store.CompleteAsync(Completion.Processed("stripe:1", 1, Attempts.At(instance.Clock.GetUtcNow())));
            await instance.Store.RetryAsync([new("retried", 1)]);
            await instance.Store.CompleteAsync(
                Completion.Again("waiting", 1, Attempts.At(instance.Clock.GetUtcNow()), instance.Clock.GetUtcNow().AddDays(1)));
            (await instance.Store.AddAsync(Row("conflict", 7.00m))).Should().Be(AddOutcome.Conflict);
            var pruned = await instance.Reader.FindAsync("pruned", CancellationToken.None);
            var prune = new PruneContentRequest([pruned!.Prune()]);
            (await instance.Get<WriteQueue>().Enqueue(prune)).Should().Be(1);

            var ended = await instance.Reader.FindAsync("stripe:1", CancellationToken.None);
            await instance.Get<WriteQueue>().Enqueue(new PruneContentRequest([ended!.Prune()]));
            await instance.Store.QuarantineAsync(new QuarantinedEvent(
                "stripe", new byte[32], instance.Clock.GetUtcNow(), "no", null, null, "{}", new EventPayload(null, new byte[9])));

            Findings().Should().BeEmpty("a file in use is sound");
        }

        Findings().Should().BeEmpty();
        _file.Query("SELECT count(DISTINCT status), count(claimed_by), count(next_attempt_at), count(content_hash) FROM transactions")
            .Single().Should().Equal("3", "4", "1", "2");
        _file.Query("SELECT count(*) FROM events UNION ALL SELECT count(*) FROM quarantine")
            .Select(row => row.Single()).Should().Equal("1", "1");
    }

    [Test]
    public async Task Backup_HasEventsAndTheQuarantine()
    {
        var body = Enumerable.Range(0, 9_000).Select(i => (byte)i).ToArray();
        await using var instance = await new StoreFixture(_file.Url, []).StartAsync();
        await instance.Store.AddAsync(Row("stripe:1", 1, "stripe"), new SourceEvent("stripe", "paid", "1", null, new EventPayload(null, body)));
        await instance.Store.QuarantineAsync(new QuarantinedEvent(
            "stripe", new byte[32], instance.Clock.GetUtcNow(), "no", null, null, "{}", new EventPayload(null, body)));
        var path = _file.Path + ".backup";

        SqliteBackup.Write(_file.Path, path, CancellationToken.None);

        using var backup = SqliteText.Open(path, SqliteOpenMode.ReadOnly);
        backup.Strings("SELECT hex(body) FROM events UNION ALL SELECT hex(body) FROM quarantine")
            .Should().Equal(Convert.ToHexString(body), Convert.ToHexString(body));
        SqliteCheck.Run(path, _ => { }).Should().Be(0);
    }

    [TestCase("UPDATE transactions SET transaction_id = 'one '", "transaction of sequence 1: its id is invalid")]
    [TestCase("UPDATE transactions SET source_account = ''", "transaction one (sequence 1): its source account is invalid")]
    [TestCase("UPDATE transactions SET destination_account = x'41'", "transaction one (sequence 1): its destination account is invalid")]
    [TestCase("UPDATE transactions SET amount = '150.5'", "transaction one (sequence 1): its amount is invalid")]
    [TestCase("UPDATE transactions SET amount = '0.00'", "transaction one (sequence 1): its amount is invalid")]
    [TestCase("UPDATE transactions SET currency = 'inr'", "transaction one (sequence 1): its currency is invalid")]
    [TestCase("UPDATE transactions SET status = 'DONE'", "transaction one (sequence 1): its status is invalid")]
    [TestCase("UPDATE transactions SET created_at = '2026-01-15'", "transaction one (sequence 1): its time of receipt is invalid")]
    [TestCase("UPDATE transactions SET processed_at = NULL", "transaction one (sequence 1): it is finished, but has no valid end time")]
    [TestCase("UPDATE transactions SET status = 'PROCESSING'", "transaction one (sequence 1): it is PROCESSING, but has an end time")]
    [TestCase("UPDATE transactions SET status = 'FAILED', succeeded_start = NULL", "transaction one (sequence 1): it is FAILED, but is claimed")]
    [TestCase("UPDATE transactions SET succeeded_start = NULL",
        "transaction one (sequence 1): its successful attempt is invalid, or it is not PROCESSED")]
    [TestCase("UPDATE transactions SET status = 'FAILED'",
        "transaction one (sequence 1): its successful attempt is invalid, or it is not PROCESSED")]
    [TestCase("UPDATE transactions SET attempts = 0", "transaction one (sequence 1): it is finished, but has no attempt")]
    [TestCase("UPDATE transactions SET earlier_attempts = 2",
        "transaction one (sequence 1): its number of attempts is invalid, or less than before its retry")]
    [TestCase("UPDATE transactions SET next_attempt_at = 1", "transaction one (sequence 1): it waits for an attempt, but is not PROCESSING")]
    [TestCase("UPDATE transactions SET next_attempt_at = 'soon'", "transaction one (sequence 1): the time of its next attempt is invalid")]
    [TestCase("UPDATE transactions SET next_attempt_at = 1, claimed_by = 1", "transaction one (sequence 1): it waits for an attempt, but is claimed")]
    [TestCase("UPDATE transactions SET claimed_by = 99", "transaction one (sequence 1): it is claimed by an instance that never existed")]
    [TestCase("UPDATE transactions SET failure_reason = 'no'", "transaction one (sequence 1): it has a failure reason, but is not FAILED")]
    [TestCase("UPDATE transactions SET content_hash = x'00'", "transaction one (sequence 1): the hash of its pruned content is invalid")]
    [TestCase("UPDATE transactions SET status = 'PROCESSING', content_hash = zeroblob(32)",
        "transaction one (sequence 1): it is pruned, but is PROCESSING")]
    [TestCase("UPDATE transactions SET trace_parent = '00'", "transaction one (sequence 1): its trace is invalid")]
    [TestCase("UPDATE transactions SET source = ''", "transaction one (sequence 1): its source is invalid")]
    [TestCase("INSERT INTO events (sequence) VALUES (7)", "the event of sequence 7: there is no such transaction")]
    [TestCase("INSERT INTO events (sequence) VALUES (1)", "the event of sequence 1: its transaction has no source")]
    [TestCase("UPDATE transactions SET source = 'stripe'; INSERT INTO events (sequence, body) VALUES (1, 'text')",
        "the event of sequence 1: its time or body is invalid")]
    [TestCase("UPDATE transactions SET source = 'stripe', content_hash = zeroblob(32); INSERT INTO events (sequence) VALUES (1)",
        "the event of sequence 1: its transaction is pruned")]
    [TestCase("INSERT INTO quarantine (source, event_key, received_at, last_received_at, reason, times, headers, body) "
        + "VALUES ('stripe', zeroblob(9), 1, 1, 'no', 1, '{}', x'00')", "event 1 in quarantine: its key is invalid")]
    [TestCase("INSERT INTO quarantine (source, event_key, received_at, last_received_at, reason, times, headers, body) "
        + "VALUES ('stripe', zeroblob(32), 1, 1, 'no', 0, '{}', x'00')", "event 1 in quarantine: it was received 0 times")]
    [TestCase("INSERT INTO quarantine (source, event_key, received_at, last_received_at, reason, times, headers, body) "
        + "VALUES ('stripe', zeroblob(32), 1, 1, 'no', 1, '{}', 'text')", "event 1 in quarantine: its time or body is invalid")]
    [TestCase(Attempt + "UPDATE attempts SET sequence = 7", "attempt 1 of sequence 7: there is no such transaction")]
    [TestCase(Attempt + "UPDATE attempts SET number = 9", "attempt 9 of sequence 1: the attempt count of its transaction is 1")]
    [TestCase(Attempt + "UPDATE attempts SET outcome = 'LOST'", "attempt 1 of sequence 1: its outcome is 'LOST'")]
    [TestCase(Attempt + "UPDATE attempts SET duration_ms = -1", "attempt 1 of sequence 1: its time or duration is invalid")]
    [TestCase("INSERT INTO conflicts VALUES (7, zeroblob(32), 'a', 'b', '1.00', 'INR', 1, 1, 1)", "a conflict of sequence 7: there is no such transaction")]
    [TestCase("INSERT INTO conflicts VALUES (1, zeroblob(9), 'a', 'b', '1.00', 'INR', 1, 1, 1)", "a conflict of sequence 1: its hash is invalid")]
    [TestCase("INSERT INTO conflicts VALUES (1, zeroblob(32), 'a', 'b', '1', 'INR', 1, 1, 1)", "a conflict of sequence 1: its amount is '1'")]
    [TestCase("INSERT INTO conflicts VALUES (1, zeroblob(32), 'a', 'b', '1.00', 'INR', 1, 1, 1)", "totals say 0 conflicts; there are 1")]
    [TestCase("UPDATE totals SET processed = 5", "totals say 5 processed; there are 1")]
    [TestCase("UPDATE totals SET failed = 2, retried = 1", "totals say 1 failed and not retried; there are 0")]
    [TestCase("UPDATE totals SET accepted = 0", "totals say 0 accepted; there are 1")]
    [TestCase("DROP INDEX ux_transactions_transaction_id", "the unique index on transaction_id is missing")]
    [TestCase("DROP INDEX ux_transactions_transaction_id; CREATE TEMP TABLE again AS SELECT * FROM transactions; "
        + "UPDATE again SET sequence = 2; INSERT INTO transactions SELECT * FROM again", "2 rows have the id 'one'")]
    [TestCase("DROP TABLE conflicts", "conflicts cannot be read: SQLite Error 1: 'no such table: conflicts'.")]
    [TestCase("DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%TraceParent'",
        "the migration 20261124205139_TraceParent is pending; run the migrate command")]
    [TestCase("INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99')",
        "the migration 29990101000000_Later belongs to a newer version of the service")]
    [TestCase("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER REFERENCES parent); "
        + "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (5)", "row 1 of child points to no row of parent")]
    public async Task Check_NamesEachViolation(string sql, string finding)
    {
        await MakeAsync();
        Findings().Should().BeEmpty("before");

        _file.Execute(sql);

        Findings().Should().Contain(finding);
    }

    [Test]
    public async Task Check_NamesAHundredOfAKind_AndCountsTheRest()
    {
        await using (var instance = await new StoreFixture(_file.Url, []).StartAsync())
        {
            await AddAsync(instance, [.. Enumerable.Range(0, 103).Select(i => $"txn_{i}")]);
        }

        _file.Execute("UPDATE transactions SET amount = 'much'");

        Findings().Should().HaveCount(101).And.HaveElementAt(100, "and 3 more like these");
    }

    private async Task MakeAsync()
    {
        await using var instance = (await new StoreFixture(_file.Url, []).StartAsync()).WithoutBacklog();
        await AddAsync(instance, "one");
        await instance.Store.CompleteAsync(Completion.Processed("one", 1, Attempts.At(instance.Clock.GetUtcNow())));
    }

    private List<string> Findings()
    {
        List<string> findings = [];
        var count = SqliteCheck.Run(_file.Path, findings.Add);
        (count > 0).Should().Be(findings.Count > 0);
        return findings;
    }

    private static async Task AddAsync(StoreFixture instance, params string[] ids)
    {
        foreach (var id in ids)
        {
            (await instance.Store.AddAsync(Row(id, 150.50m))).Should().Be(AddOutcome.Added);
        }
    }

    private static Transaction Row(string id, decimal amount, string? source = null) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", amount, "INR", ObservableTimeProvider.Origin, source: source);
}
