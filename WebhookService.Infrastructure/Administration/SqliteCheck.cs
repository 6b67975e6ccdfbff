using Microsoft.Data.Sqlite;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>Checks the integrity of a database file, and the invariants of its rows.</summary>
/// <remarks>
/// It reads one snapshot, even while another process serves the file, and keeps none of it in memory. A part that
/// cannot be read is a finding, and the check continues with the next part.
/// </remarks>
internal static class SqliteCheck
{
    /// <summary>Reports each finding in one line; returns their number.</summary>
    /// <exception cref="DatabaseCommandException">The file does not exist.</exception>
    public static long Run(string path, Action<string> report)
    {
        var findings = new Findings(report);
        Look("the file", findings, () =>
        {
            using var snapshot = SqliteSnapshot.Take(path);
            Run(snapshot.Connection, findings);
        });
        return findings.Count;
    }

    private static void Run(SqliteConnection file, Findings findings)
    {
        Look("the file", findings, () => CheckIntegrity(file, findings));
        Look("the foreign keys", findings, () => CheckForeignKeys(file, findings));
        var isCurrent = false;
        Look("the schema", findings, () => isCurrent = CheckSchema(file, findings));
        if (!isCurrent)
        {
            return;
        }

        Look("transactions", findings, () => CheckTransactions(file, findings));
        foreach (var (name, sql) in InvariantQueries.All)
        {
            Look(name, findings, () => file.Strings(sql).ToList().ForEach(findings.Add));
        }
    }

    private static void Look(string name, Findings findings, Action check)
    {
        try
        {
            check();
        }
        catch (SqliteException exception)
        {
            findings.Add($"{name} cannot be read: {exception.Message}");
        }

        findings.EndKind();
    }

    private static void CheckIntegrity(SqliteConnection file, Findings findings)
    {
        foreach (var faults in file.Strings("PRAGMA integrity_check").Where(result => result != "ok"))
        {
            Array.ForEach(faults.Split('\n'), findings.Add);
        }
    }

    private static void CheckForeignKeys(SqliteConnection file, Findings findings)
    {
        using var command = file.Command("PRAGMA foreign_key_check");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            findings.Add($"row {reader.GetValue(1)} of {reader.GetValue(0)} points to no row of {reader.GetValue(2)}");
        }
    }

    /// <summary>Whether the schema is that of this version, the only one that the other checks can read.</summary>
    private static bool CheckSchema(SqliteConnection file, Findings findings)
    {
        if (SqliteSchema.IsForeign(file))
        {
            findings.Add("it is a database of another program");
            return false;
        }

        var applied = SqliteSchema.ReadApplied(file);
        string[] known = [.. SqliteSchema.Migrations];
        string[] findingsOfSchema =
        [
            .. known.Except(applied).Select(name => $"the migration {name} is pending; run the migrate command"),
            .. applied.Except(known).Select(name => $"the migration {name} belongs to a newer version of the service"),
        ];
        Array.ForEach(findingsOfSchema, findings.Add);
        return findingsOfSchema.Length == 0;
    }

    private static void CheckTransactions(SqliteConnection file, Findings findings)
    {
        using var command = file.Command(StoredTransaction.Query);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredTransaction(reader);
            foreach (var broken in row.FindBrokenRules())
            {
                findings.Add($"transaction {row.Name}: {broken}");
            }
        }
    }
}
