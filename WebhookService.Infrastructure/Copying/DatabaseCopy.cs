using System.Data.Common;
using System.Globalization;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying.Sides;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Copies all rows from one database to another, and compares them.</summary>
/// <remarks>
/// The target itself says how far the copy is, in the transactions that write the rows. So the process may be killed at
/// any moment, and the next run continues behind the last commit.
/// </remarks>
internal sealed class DatabaseCopy(
    CopyEnd source, CopyEnd target, TimeProvider clock, Action<string> report, int rowsAtOnce = RowReader.MaxRows)
{
    private readonly CopyIndexes _indexes = new(target);

    /// <summary>Copies or continues; returns the number of rows that differ in the end.</summary>
    /// <exception cref="DatabaseCommandException">The copy is refused; the message says why.</exception>
    /// <exception cref="DbException">A database failed; the next run continues.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        await source.RequireSchemaAsync(cancellationToken).ConfigureAwait(false);

        // From here on, no service can start on the source.
        using var from = source.Reserve();
        await target.CreateSchemaAsync(cancellationToken).ConfigureAwait(false);
        using var to = target.Reserve();
        Begin(from.Connection, to);

        // Durable now: whose copy it is. The target refuses every instance until the end.
        var tables = FindTables();
        foreach (var (read, written) in tables)
        {
            // Durable after each chunk: its rows, and that they are copied.
            await CopyAsync(read, written, cancellationToken).ConfigureAwait(false);
        }

        _indexes.Create(report, cancellationToken);
        CopyNumbers();

        var findings = new Findings(report);
        foreach (var (read, written) in tables)
        {
            await CompareAsync(read, written, findings, cancellationToken).ConfigureAwait(false);
        }

        CompareTotals(findings);
        from.Confirm();
        if (findings.Count == 0)
        {
            End(to);
        }

        return findings.Count;
    }

    private void Begin(DbConnection from, DatabaseReservation to)
    {
        var origin = Describe(from);
        to.Change((connection, transaction) =>
        {
            if (target.Side.Exists(connection, transaction, CopyMarker.Table))
            {
                RequireSame(CopyMarker.Read(connection, transaction, CopyMarker.Source), origin);
                return;
            }

            RequireEmpty(connection, transaction);

            // Instances that died. One that was only paused must not write on, but register, which is refused.
            CopySide.Execute(connection, transaction, "DELETE FROM instances");
            foreach (var statement in target.Side.Begin)
            {
                CopySide.Execute(connection, transaction, statement);
            }

            _indexes.Drop(connection, transaction);
            CopyMarker.Write(transaction, CopyMarker.Source, origin);
        });

        // The lock ended with the commit. The trigger holds from now on, and the lock keeps out a second copy.
        to.Lock();
    }

    // A service that ran on the source in the meantime got a new number.
    private string Describe(DbConnection from) => string.Create(
        CultureInfo.InvariantCulture,
        $"{source.Name}, {source.ReadTotals()}, instance {source.Side.ReadCounter(from, "instances", "instance_id")}");

    private void RequireSame(string? begun, string origin)
    {
        if (begun != origin)
        {
            throw new DatabaseCommandException(
                $"{target.Name} holds an unfinished copy of another database, or of this one before a service ran on "
                + $"it (then: {begun}; now: {origin}). Delete the target, create it again, and run the command again.");
        }
    }

    private void RequireEmpty(DbConnection connection, DbTransaction transaction)
    {
        using var db = target.CreateContext();
        var used = CopyPlan.Of(db).FirstOrDefault(table => CopySide.Scalar(
            connection, transaction,
            $"SELECT 1 WHERE EXISTS (SELECT 1 FROM {CopyTable.Quote(table.Name)})") is not null);
        if (used is not null)
        {
            throw new DatabaseCommandException(
                $"{target.Name} is not empty: it has rows in {used.Name}. Copy to a new database.");
        }
    }

    private IReadOnlyList<(CopyTable Read, CopyTable Written)> FindTables()
    {
        using var from = source.CreateContext();
        using var to = target.CreateContext();
        return CopyPlan.Pair(CopyPlan.Of(from), CopyPlan.Of(to));
    }

    private async Task CopyAsync(CopyTable read, CopyTable written, CancellationToken cancellationToken)
    {
        using var connection = target.Side.Open();
        var progress = CopyMarker.ReadProgress(connection, written);
        if (progress.IsDone)
        {
            return;
        }

        var line = new CopyReport(clock, report, "copied", read.Name, Count(read), progress.Rows);
        var chunks = new ReadAhead<IReadOnlyList<object?[]>>(
            new RowReader(source.Side, read, isSource: true, rowsAtOnce).ReadChunks(progress.After), cancellationToken);
        await using var _ = chunks.ConfigureAwait(false);
        await foreach (var chunk in chunks.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            progress = new CopyProgress(progress.Rows + chunk.Count, written.KeyOf(chunk[^1]), false);
            using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            target.Side.Write(transaction, written, chunk);
            CopyMarker.WriteProgress(transaction, written, progress);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            line.Note(progress.Rows);
        }

        using var end = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        CopyMarker.WriteProgress(end, written, progress with { IsDone = true });
        await end.CommitAsync(cancellationToken).ConfigureAwait(false);
        line.End(progress.Rows);
    }

    /// <summary>Copies the totals and the counters, from which the target assigns its next numbers.</summary>
    private void CopyNumbers()
    {
        var totals = source.ReadTotals();
        using var db = target.CreateContext();
        using var from = source.Side.Open();
        using var connection = target.Side.Open();
        var counters = CopyPlan.CountersOf(db)
            .Select(it => (it.Table, it.Column, Last: Math.Max(
                source.Side.ReadCounter(from, it.Table, it.Column),
                target.Side.ReadCounter(connection, it.Table, it.Column))))
            .ToArray();
        using var transaction = connection.BeginTransaction();
        foreach (var table in CopyPlan.OthersOf(db).Where(table => table != "instances"))
        {
            CopySide.Execute(connection, transaction, $"DELETE FROM {CopyTable.Quote(table)}");
        }

        totals.Insert(transaction);
        foreach (var (table, column, last) in counters)
        {
            target.Side.SetCounter(transaction, table, column, last);
        }

        transaction.Commit();
    }

    private async Task CompareAsync(
        CopyTable read, CopyTable written, Findings findings, CancellationToken cancellationToken)
    {
        var line = new CopyReport(clock, report, "compared", read.Name, Count(read));
        var comparison = new RowComparison(
            new RowReader(source.Side, read, isSource: true, rowsAtOnce),
            new RowReader(target.Side, written, isSource: false, rowsAtOnce),
            read);
        var before = findings.Count;
        var (rows, hash) = await comparison.RunAsync(findings, line.Note, cancellationToken).ConfigureAwait(false);
        line.End(rows, findings.Count == before ? $", equal, SHA-256 {hash}" : ", not equal");
    }

    private void CompareTotals(Findings findings)
    {
        var (expected, found) = ($"{source.ReadTotals()}", $"{target.ReadTotals()}");
        if (expected != found)
        {
            findings.Add($"totals: {expected} in the source; {found} in the target");
        }
    }

    private void End(DatabaseReservation to)
    {
        to.Change((connection, transaction) =>
        {
            foreach (var statement in target.Side.End)
            {
                CopySide.Execute(connection, transaction, statement);
            }
        });

        // Durable now: the target is complete, and a service may start on it.
        if (target.Side.Tidy is { } tidy)
        {
            CopySide.Execute(to.Connection, null, tidy);
        }
    }

    private long Count(CopyTable table)
    {
        using var connection = source.Side.Open();
        return Convert.ToInt64(
            CopySide.Scalar(connection, null, $"SELECT COUNT(*) FROM {CopyTable.Quote(table.Name)}"),
            CultureInfo.InvariantCulture);
    }
}
