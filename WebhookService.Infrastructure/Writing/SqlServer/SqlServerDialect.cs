using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.SqlServer.SqlServerParameters;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>The SQL of SQL Server 2016 and later. Rows are sent as JSON, which needs no type in the schema.</summary>
internal sealed class SqlServerDialect(string connectionString, TimeSpan commandTimeout) : IServerDialect
{
    // https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
    private const int Deadlock = 1205;
    private const int DuplicateKey = 2627;
    private const int DuplicateInIndex = 2601;
    private const int ConnectionTimeout = -2;

    // Faults of a row, not of the batch: constraint violations, and errors that triggers raise.
    private const int Constraint = 547;
    private const int Null = 515;
    private const int Truncation = 8152;
    private const int NamedTruncation = 2628;
    private const int Conversion = 8114;
    private const int FirstOfUsers = 50_000;

    // From this severity on, the server lacks something (memory, disk, locks) or has closed the connection.
    private const byte ResourceClass = 17;

    // A database that has become a secondary, and what Azure SQL answers while it moves or throttles a database: only
    // another connection can find the primary.
    // https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues
    private const int ReadOnly = 3906;
    private const int Moved = 40197;
    private const int Throttled = 40501;
    private const int NotAvailable = 40613;

    // Rows are updated one by one, through their key. Without these hints, a plan made while the table was small may be
    // a scan, which locks rows of other instances and waits for theirs.
    // https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table
    private const string ByKey = "UPDLOCK, ROWLOCK, INDEX (PK_transactions), FORCESEEK";

    public IServerHistory History { get; } = new SqlServerHistory();

    public IServerInstances Instances { get; } = new SqlServerInstances();

    public IServerQuarantine Quarantine { get; } = new SqlServerQuarantine();

    public DbConnection CreateConnection() => new SqlConnection(connectionString);

    public DbDataReader Execute(DbConnection connection, IReadOnlyList<ServerStatement> statements)
    {
        using var command = new SqlCommand(RoundTrip(statements), (SqlConnection)connection)
        {
            CommandTimeout = (int)commandTimeout.TotalSeconds,
        };
        foreach (var statement in statements)
        {
            command.Parameters.AddRange(statement.Parameters);
        }

        return command.ExecuteReader();
    }

    /// <summary>The text of a round trip: an error anywhere rolls back everything.</summary>
    public static string RoundTrip(IEnumerable<ServerStatement> statements) => $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        {string.Join(";\n", statements.Select(statement => statement.Sql))};
        COMMIT TRANSACTION;
        """;

    // A table variable takes the output: OUTPUT alone fails on a table with triggers (334), which operators may add.
    // The unique key decides: two instances may both find an id missing, and the second one's batch is then rolled back
    // (2627) and retried. Range locks would prevent that, but deadlock on neighbouring ids instead.
    public ServerStatement Add(int index, IReadOnlyList<AddRequest> rows, long instance)
    {
        var hasEvents = rows.Any(row => row.Event is not null);
        return new ServerStatement(
            $"""
            DECLARE @added{index} TABLE (transaction_id varchar(64), sequence bigint);
            INSERT INTO transactions (
                transaction_id, source_account, destination_account, amount, currency, created_at, claimed_by,
                trace_parent, source, status, attempts)
            OUTPUT inserted.transaction_id, inserted.sequence INTO @added{index}
            SELECT sent.id, sent.source, sent.destination, sent.amount, sent.currency, sent.created_at, sent.claimed_by,
                sent.trace_parent, sent.source_name, 'PROCESSING', 0
            FROM OPENJSON(@rows{index}) WITH (
                id varchar(64), source nvarchar(128), destination nvarchar(128), amount decimal(18, 2),
                currency char(3), created_at datetimeoffset(6), claimed_by bigint,
                trace_parent varchar(55), source_name varchar(32)) AS sent
            WHERE NOT EXISTS (
                SELECT 1 FROM transactions AS known WITH (FORCESEEK) WHERE known.transaction_id = sent.id {Exact});
            {(hasEvents ? AddEvents(index) : "")}
            UPDATE totals SET accepted = accepted + (SELECT COUNT(*) FROM @added{index})
            WHERE instance_id = @instance{index};
            SELECT transaction_id FROM @added{index}
            """,
            [
                Json($"@rows{index}", JsonList.Of(rows, instance)),
                Number($"@instance{index}", instance),
                .. EventParameters(index, hasEvents ? rows : []),
            ]);
    }

    public ServerStatement Find(int index, IReadOnlyList<string> ids) => new(
        $"""
        SELECT transaction_id, source_account, destination_account, amount, currency, content_hash FROM transactions
        WHERE transaction_id IN ({Ids(index)})
        """,
        IdList(index, ids));

    // The JSON is parsed once: the rows that it completes are found and locked, and everything else follows from these.
    public ServerStatement Complete(int index, IReadOnlyList<Completion> completions, int kept, long instance) => new(
        $"""
        DECLARE @done{index} TABLE (
            sequence bigint, attempts int, id varchar(64), claim int, status varchar(10),
            processed_at datetimeoffset(6), reason nvarchar(500), next_attempt_at datetimeoffset(6),
            started_at datetimeoffset(6), duration bigint, outcome varchar(10), http_status int, detail nvarchar(500));
        INSERT INTO @done{index}
        SELECT t.sequence, t.attempts + 1, done.id, done.claim, done.status, done.processed_at, done.reason,
            done.next_attempt_at, done.started_at, done.duration, done.outcome, done.http_status, done.detail
        FROM OPENJSON(@completions{index}) WITH (
            id varchar(64), claim int, status varchar(10), processed_at datetimeoffset(6), reason nvarchar(500),
            next_attempt_at datetimeoffset(6), started_at datetimeoffset(6), duration bigint, outcome varchar(10),
            http_status int, detail nvarchar(500)) AS done
        JOIN transactions AS t WITH (UPDLOCK, ROWLOCK, FORCESEEK)
            ON t.transaction_id = done.id {Exact} AND t.claim = done.claim
        WHERE t.status = 'PROCESSING' AND t.claimed_by = @instance{index};
        UPDATE transactions
        SET status = done.status, processed_at = done.processed_at, failure_reason = done.reason,
            next_attempt_at = done.next_attempt_at, attempts = done.attempts,
            claimed_by = CASE done.status WHEN 'PROCESSED' THEN @instance{index} END,
            succeeded_start = CASE done.status WHEN 'PROCESSED' THEN done.started_at END,
            succeeded_status = CASE done.status WHEN 'PROCESSED' THEN done.http_status END
        FROM @done{index} AS done JOIN transactions WITH ({ByKey}) ON transactions.sequence = done.sequence;
        INSERT INTO attempts (sequence, number, started_at, duration_ms, outcome, http_status, detail, instance_id)
        SELECT sequence, attempts, started_at, duration, outcome, http_status, detail, @instance{index}
        FROM @done{index} WHERE status <> 'PROCESSED';
        IF EXISTS (SELECT 1 FROM @done{index} WHERE attempts > @kept{index})
            DELETE old FROM @done{index} AS done JOIN attempts AS old WITH (ROWLOCK, FORCESEEK)
                ON old.sequence = done.sequence AND old.number <= done.attempts - @kept{index};
        UPDATE totals
        SET processed = processed + (SELECT COUNT(*) FROM @done{index} WHERE status = 'PROCESSED'),
            failed = failed + (SELECT COUNT(*) FROM @done{index} WHERE status = 'FAILED')
        WHERE instance_id = @instance{index};
        SELECT id, claim FROM @done{index}
        """,
        Json($"@completions{index}", JsonList.Of(Distinct(completions))),
        Number($"@kept{index}", kept),
        Number($"@instance{index}", instance));

    public ServerStatement FindCompleted(int index, IReadOnlyList<Completion> completions, long instance) => new(
        $"""
        SELECT t.transaction_id, done.claim
        FROM OPENJSON(@done{index}) WITH (
            id varchar(64), claim int, started_at datetimeoffset(6), duration bigint) AS done
        JOIN transactions AS t ON t.transaction_id = done.id {Exact}
        WHERE (t.succeeded_start = done.started_at AND t.claimed_by = @instance{index} AND t.claim = done.claim)
            OR EXISTS (
                SELECT 1 FROM attempts AS a WHERE a.sequence = t.sequence AND a.started_at = done.started_at
                    AND a.duration_ms = done.duration AND a.instance_id = @instance{index})
        """,
        Json($"@done{index}", JsonList.Of(completions)),
        Number($"@instance{index}", instance));

    public ServerStatement ClaimDue(int index, DateTimeOffset now, int limit, long instance) => new(
        $"""
        DECLARE @found{index} TABLE (found_sequence bigint);
        INSERT INTO @found{index}
        SELECT TOP (@limit{index}) sequence FROM transactions WITH (UPDLOCK, READPAST, ROWLOCK)
        WHERE next_attempt_at IS NOT NULL AND next_attempt_at <= @now{index}
        ORDER BY next_attempt_at, sequence;
        UPDATE transactions
        SET claimed_by = @instance{index}, claim = transactions.claim + 1, next_attempt_at = NULL
        {From($"@found{index}")}
        WHERE transactions.next_attempt_at IS NOT NULL;
        {Claimed(index)}
        """,
        Time($"@now{index}", now),
        Number($"@limit{index}", limit),
        Number($"@instance{index}", instance));

    // As on PostgreSQL: rows without a claim come first, then those of dead instances that may have any. These are
    // found without locks, since the scan passes over the rows of living instances.
    public ServerStatement Claim(int index, ClaimPosition after, int limit, long instance, bool mayTakeOver)
    {
        const string unfinished = "status = 'PROCESSING' AND next_attempt_at IS NULL";
        var isHeld = $"claimed_by IN (SELECT d.instance_id FROM @dead{index} AS d)";
        var next = $"""
            created_at >= @time{index} AND (created_at > @time{index} OR sequence > @sequence{index})
            ORDER BY created_at, sequence
            """;
        return new ServerStatement(
            $"""
            DECLARE @found{index} TABLE (found_sequence bigint, was_claimed bit);
            INSERT INTO @found{index}
            SELECT TOP (@limit{index}) sequence, 0 FROM transactions WITH (UPDLOCK, READPAST, ROWLOCK)
            WHERE {unfinished} AND claimed_by IS NULL AND {next};
            DECLARE @dead{index} TABLE (instance_id bigint, heartbeats bigint);
            INSERT INTO @dead{index} SELECT instance_id, heartbeats FROM totals
            WHERE (empty_at IS NULL OR empty_at <> heartbeats)
                AND instance_id NOT IN (0, @instance{index}) AND instance_id NOT IN (
                SELECT instance_id FROM instances WHERE expires_at >= SYSUTCDATETIME() OR @mayTakeOver{index} = 0);
            IF EXISTS (SELECT 1 FROM @dead{index})
            BEGIN;
                DECLARE @room{index} bigint = @limit{index} - (SELECT COUNT(*) FROM @found{index});
                INSERT INTO @found{index} SELECT TOP (@room{index}) sequence, 1 FROM transactions
                WHERE {unfinished} AND {isHeld} AND {next};
                IF @@ROWCOUNT = 0 AND NOT EXISTS (SELECT 1 FROM transactions WHERE {unfinished} AND {isHeld})
                    UPDATE totals SET empty_at = d.heartbeats
                    FROM @dead{index} AS d
                    WHERE totals.instance_id = d.instance_id AND d.instance_id NOT IN (
                        SELECT i.instance_id FROM instances AS i
                        WHERE i.expires_at >= SYSUTCDATETIME() OR d.heartbeats = 0);
            END;
            UPDATE transactions SET claimed_by = @instance{index}, claim = transactions.claim + 1
            {From($"@found{index}")}
            WHERE transactions.status = 'PROCESSING' AND transactions.next_attempt_at IS NULL
                AND (transactions.claimed_by IS NULL OR transactions.{isHeld});
            {Claimed(index, ", sequence, was_claimed")} ORDER BY created_at, sequence
            """,
            Time($"@time{index}", after.CreatedAt),
            Number($"@sequence{index}", after.Sequence),
            Number($"@limit{index}", limit),
            Number($"@instance{index}", instance),
            new SqlParameter($"@mayTakeOver{index}", SqlDbType.Bit) { Value = mayTakeOver });
    }

    public ServerStatement Release(int index, int limit, long instance)
    {
        var own = $"""
            (SELECT TOP (@limit{index}) c.sequence AS found_sequence FROM transactions AS c
            WHERE c.status = 'PROCESSING' AND c.next_attempt_at IS NULL AND c.claimed_by = @instance{index})
            """;
        return new ServerStatement(
            $"""
            UPDATE transactions SET claimed_by = NULL
            {From(own)}
            WHERE transactions.status = 'PROCESSING' AND transactions.claimed_by = @instance{index};
            SELECT @@ROWCOUNT
            """,
            Number($"@limit{index}", limit),
            Number($"@instance{index}", instance));
    }

    public ServerStatement Release(int index, IReadOnlyList<OrphanedClaim> claims, long instance) => new(
        $"""
        UPDATE transactions SET claimed_by = NULL
        FROM OPENJSON(@claims{index}) WITH (id varchar(64), claim int) AS orphan
        JOIN transactions WITH (ROWLOCK, FORCESEEK)
            ON transactions.transaction_id = orphan.id {Exact} AND transactions.claim = orphan.claim
        WHERE transactions.status = 'PROCESSING' AND transactions.claimed_by = @instance{index};
        SELECT @@ROWCOUNT
        """,
        Json($"@claims{index}", JsonList.Of(claims)),
        Number($"@instance{index}", instance));

    public CommitFault Classify(Exception exception) => exception switch
    {
        SqlException { Number: Deadlock or DuplicateKey or DuplicateInIndex } => CommitFault.Busy,
        SqlException { Number: ConnectionTimeout } or SqlException { Class: >= ResourceClass } => CommitFault.Unknown,
        SqlException { Number: ReadOnly or Moved or Throttled or NotAvailable } => CommitFault.Unknown,
        SqlException { Number: Constraint or Null or Truncation or NamedTruncation or Conversion or >= FirstOfUsers } =>
            CommitFault.Row,
        SqlException { Class: > 0 } => CommitFault.Rejected,
        _ => CommitFault.Unknown,
    };

    // The rows found, except those that others have locked since. The UPDATE repeats the condition of the search: a row
    // that has changed since is left alone.
    private static string From(string found) =>
        $"FROM {found} AS found JOIN transactions WITH (READPAST, {ByKey}) ON transactions.sequence = found_sequence";

    private static string Claimed(int index, string more = "") =>
        $"""
        SELECT {IServerDialect.ClaimedColumns}{more} FROM @found{index} AS found
        JOIN transactions WITH (FORCESEEK) ON sequence = found_sequence
        WHERE claimed_by = @instance{index}
        """;

    // A batch may contain the same completion twice; an attempt is recorded once.
    private static Completion[] Distinct(IReadOnlyList<Completion> completions) =>
        [.. completions.DistinctBy(done => (done.TransactionId, done.Claim))];

    // The events of the rows that are new.
    private static string AddEvents(int index) =>
        $"""
        INSERT INTO events (sequence, event_type, event_id, occurred_at, content_type, body)
        SELECT added.sequence, sent.event_type, sent.event_id, sent.occurred_at, sent.content_type,
            {Body(index, "sent")}
        FROM OPENJSON(@events{index}) WITH (
            id varchar(64), event_type nvarchar(200), event_id nvarchar(200), occurred_at datetimeoffset(6),
            content_type nvarchar(200), body_start bigint, body_length bigint) AS sent
        JOIN @added{index} AS added ON added.transaction_id {Exact} = sent.id {Exact};
        """;

    private static SqlParameter[] EventParameters(int index, IReadOnlyList<AddRequest> rows) => rows.Count == 0
        ? []
        :
        [
            Json($"@events{index}", JsonEvents.Of(rows)),
            Bytes($"@bodies{index}", rows.Select(row => row.Event?.Payload?.Body ?? default)),
        ];
}
