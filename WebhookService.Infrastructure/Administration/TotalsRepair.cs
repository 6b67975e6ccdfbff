using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebhookService.Domain;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Makes the totals agree with the rows again, after rows were deleted or changed by hand.</summary>
internal static class TotalsRepair
{
    /// <summary>Corrects the totals of the configured database; reports each correction in one line.</summary>
    /// <exception cref="DatabaseCommandException">
    /// The database is in use, does not exist or has another schema; nothing was changed.
    /// </exception>
    /// <exception cref="StoreUnavailableException">Another process has the file.</exception>
    public static async Task RepairTotalsAsync(
        this IServiceProvider services, Action<string> report, CancellationToken cancellationToken)
    {
        var target = services.GetRequiredService<DatabaseTarget>();
        var database = services.GetRequiredService<IDatabase>();
        if (target.Kind == DatabaseKind.Sqlite && !File.Exists(target.Address))
        {
            throw new DatabaseCommandException($"There is no database {target.Name}.");
        }

        try
        {
            var db = database.CreateContext();
            await using var _ = db.ConfigureAwait(false);
            db.Database.SetCommandTimeout(0);
            if ((await db.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false)).Any())
            {
                throw new DatabaseCommandException(
                    $"The schema of {target.Name} is not up to date; run the migrate command first.");
            }

            using var reservation = DatabaseReservation.Take(database, target);
            var drift = await FindDriftAsync(db, report, cancellationToken).ConfigureAwait(false);
            reservation.Change((connection, transaction) =>
            {
                using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = """
                    UPDATE totals
                    SET accepted = accepted + @accepted, processed = processed + @processed, failed = failed + @failed,
                        conflicts = conflicts + @conflicts, dismissed = dismissed + @dismissed
                    WHERE instance_id = 0
                    """;
                foreach (var (name, value) in drift)
                {
                    var parameter = command.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = ("@" + name, value);
                    command.Parameters.Add(parameter);
                }

                if (command.ExecuteNonQuery() != 1)
                {
                    throw new DatabaseCommandException($"{target.Name} has no row 0 in totals; nothing was changed.");
                }
            });
        }
        catch (Exception exception) when (
            exception is not (DatabaseCommandException or StoreUnavailableException)
            && StoreFault.IsOfDatabase(exception))
        {
            throw new DatabaseCommandException(
                $"The totals of {target.Name} cannot be repaired: {StoreFault.Describe(exception)}", exception);
        }
    }

    // Row 0 has what belongs to no instance any more, so the difference goes there.
    private static async Task<(string Name, long Value)[]> FindDriftAsync(
        WebhookDbContext db, Action<string> report, CancellationToken cancellationToken)
    {
        var stored = await db.Transactions.GroupBy(t => t.Status)
            .Select(group => new { Status = group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(group => group.Status, group => group.Count, cancellationToken).ConfigureAwait(false);
        var conflicts = await db.Set<ConflictRow>().SumAsync(c => (long)c.Times, cancellationToken)
            .ConfigureAwait(false);
        var dismissed = await db.Transactions
            .LongCountAsync(
                t => EF.Property<DateTimeOffset?>(t, WebhookDbContext.DismissedAt) != null, cancellationToken)
            .ConfigureAwait(false);
        var told = await db.Totals.ToListAsync(cancellationToken).ConfigureAwait(false);

        // Conflicts are counted for ever, but kept only for a while.
        var toldConflicts = told.Sum(row => row.Conflicts);
        (string Name, string What, long Told, long Stored)[] all =
        [
            ("accepted", "accepted", told.Sum(row => row.Accepted), stored.Values.Sum()),
            ("processed", "processed", told.Sum(row => row.Processed), Count(TransactionStatus.Processed)),
            ("failed", "failed and not retried",
                told.Sum(row => row.Failed - row.Retried), Count(TransactionStatus.Failed)),
            ("dismissed", "dismissed", told.Sum(row => row.Dismissed), dismissed),
            ("conflicts", "conflicts", toldConflicts, Math.Max(toldConflicts, conflicts)),
        ];
        foreach (var (_, what, before, now) in all.Where(it => it.Told != it.Stored))
        {
            report(string.Create(
                CultureInfo.InvariantCulture, $"totals said {before} {what}; there are {now}, and they say so now"));
        }

        return [.. all.Select(it => (it.Name, it.Stored - it.Told))];

        long Count(TransactionStatus status) => stored.GetValueOrDefault(status);
    }
}
