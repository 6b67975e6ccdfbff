using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookService.Infrastructure.Writing.Sqlite;

/// <summary>
/// The schema as one script, generated from the migrations, so that a start with nothing to migrate, or with an empty
/// file, need not build EF Core's model.
/// </summary>
internal static partial class SqliteSchema
{
    private const string Resource = "WebhookService.Infrastructure.Model.Migrations.Sqlite.schema.sql";

    /// <summary>The script that creates the schema in an empty file, each migration in its own transaction.</summary>
    public static string Script
    {
        get
        {
            using var stream = typeof(SqliteSchema).Assembly.GetManifestResourceStream(Resource)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The names of the migrations in the script, in order.</summary>
    public static IEnumerable<string> Migrations =>
        Migration().Matches(Script).Select(migration => migration.Groups[1].Value);

    /// <summary>Whether every migration of the script was applied to the file.</summary>
    public static bool IsCurrent(string path)
    {
        if (IsEmpty(path))
        {
            return false;
        }

        try
        {
            using var file = SqliteText.Open(path, SqliteOpenMode.ReadWrite);
            return Migrations.All(ReadApplied(file).Contains);
        }
        catch (SqliteException)
        {
            // The next access fails too, and describes the fault.
            return false;
        }
    }

    /// <summary>
    /// Creates the schema if the file is missing or empty; false if it was not created, or not completely.
    /// </summary>
    /// <remarks>A crash leaves whole migrations; the next start applies the others.</remarks>
    public static bool TryCreate(string path)
    {
        if (!IsEmpty(path))
        {
            return false;
        }

        try
        {
            using var db = SqliteHandle.OpenWriter(path, raw.SQLITE_OPEN_CREATE);
            return raw.sqlite3_exec(db, Script) == raw.SQLITE_OK;
        }
        catch (CommitFailedException)
        {
            return false;
        }
    }

    /// <summary>Whether the file has tables, but not this service's migration history.</summary>
    public static bool IsForeign(SqliteConnection file) => !HasHistory(file) && file.Scalar("""
        SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\_\_EF%' ESCAPE '\'
        """) is not 0L;

    /// <summary>The names of the applied migrations; none if there is no schema yet.</summary>
    public static IReadOnlySet<string> ReadApplied(SqliteConnection file) => HasHistory(file)
        ? file.Strings("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"").ToHashSet()
        : new HashSet<string>();

    private static bool HasHistory(SqliteConnection file) =>
        file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = '__EFMigrationsHistory'") is not 0L;

    private static bool IsEmpty(string path) => !File.Exists(path) || new FileInfo(path).Length == 0;

    [GeneratedRegex("^VALUES \\('([0-9]{14}_[A-Za-z]+)'", RegexOptions.Multiline)]
    private static partial Regex Migration();
}
