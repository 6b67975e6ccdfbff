using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Infrastructure.Administration;

/// <summary>The use of a database by one command alone: no service runs on it, and none can start.</summary>
/// <remarks>
/// A file is locked as the service locks it. On a server, an open transaction locks the table of instances: it can be
/// read, but no instance can register, renew its lease or commit. Both end with the process, however it ends.
/// </remarks>
internal sealed class DatabaseReservation : IDisposable
{
    private const int SqlServerLockTimeout = 1222;

    private const string LockPostgreSql =
        "SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE instances IN EXCLUSIVE MODE NOWAIT";

    // The first lock keeps out other commands; the second, instances. Readers need no lock that conflicts with either.
    internal const string LockSqlServer = """
        DECLARE @taken int;
        EXEC @taken = sp_getapplock @Resource = 'webhook-service', @LockMode = 'Exclusive', @LockTimeout = 0;
        SET LOCK_TIMEOUT 0;
        DECLARE @rows bigint = (SELECT COUNT_BIG(*) FROM instances WITH (TABLOCK, HOLDLOCK));
        SET LOCK_TIMEOUT -1;
        SELECT @taken;
        """;

    private readonly DatabaseTarget _target;
    private DbTransaction? _transaction;

    private DatabaseReservation(DatabaseTarget target, DbConnection connection) =>
        (_target, Connection) = (target, connection);

    /// <summary>The connection that holds the lock.</summary>
    public DbConnection Connection { get; }

    /// <summary>Reserves a database whose schema is current.</summary>
    /// <exception cref="DatabaseCommandException">A service or another command uses it.</exception>
    /// <exception cref="Domain.StoreUnavailableException">Another process has the file.</exception>
    public static DatabaseReservation Take(IDatabase database, DatabaseTarget target)
    {
        database.Take();
        var reservation = new DatabaseReservation(target, Open(target));
        try
        {
            reservation.Lock();
            return reservation;
        }
        catch (DatabaseCommandException)
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection outside the pool, whose commands may take as long as they need.</summary>
    public static DbConnection Open(DatabaseTarget target)
    {
        DbConnection connection = target.Kind switch
        {
            DatabaseKind.PostgreSql => new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.Address)
            {
                Pooling = false,
                CommandTimeout = 0,
                TcpKeepAlive = true,
            }.ConnectionString),
            DatabaseKind.SqlServer => new SqlConnection(new SqlConnectionStringBuilder(target.Address)
            {
                Pooling = false,
                CommandTimeout = 0,
            }.ConnectionString),
            _ => SqliteText.Open(target.Address, SqliteOpenMode.ReadWrite),
        };
        if (target.Kind != DatabaseKind.Sqlite)
        {
            connection.Open();
        }

        return connection;
    }

    /// <summary>Takes the lock of a server again, after <see cref="Change"/>.</summary>
    /// <exception cref="DatabaseCommandException">A service or another command uses the database.</exception>
    public void Lock()
    {
        if (_target.Kind == DatabaseKind.Sqlite)
        {
            return;
        }

        _transaction = Connection.BeginTransaction();
        try
        {
            if (Run(_target.Kind == DatabaseKind.PostgreSql ? LockPostgreSql : LockSqlServer) is < 0)
            {
                throw InUse("another command runs on it", null);
            }
        }
        catch (DbException exception) when (exception
            is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
            or SqlException { Number: SqlServerLockTimeout })
        {
            throw InUse("another process writes to it", exception);
        }

        if (Run(_target.Kind == DatabaseKind.PostgreSql
            ? "SELECT count(*) FROM instances WHERE expires_at > now()"
            : "SELECT COUNT_BIG(*) FROM instances WHERE expires_at > SYSUTCDATETIME()") is > 0L and var living)
        {
            throw InUse($"{living} instance(s) run on it, or ended less than Instance:LeaseDuration ago", null);
        }
    }

    /// <summary>Makes changes and commits them. On a server this ends the lock.</summary>
    public void Change(Action<DbConnection, DbTransaction> change)
    {
        using var transaction = _transaction ?? Connection.BeginTransaction();
        change(Connection, transaction);
        transaction.Commit();
        _transaction = null;
    }

    /// <summary>Fails if the connection, and the lock with it, was lost.</summary>
    /// <exception cref="DbException">It was lost.</exception>
    public void Confirm() => Run("SELECT 1");

    public void Dispose()
    {
        _transaction?.Dispose();
        Connection.Dispose();
    }

    private object? Run(string sql)
    {
        using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Every caller's statement is a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _transaction;
        return command.ExecuteScalar();
    }

    private DatabaseCommandException InUse(string how, Exception? cause) =>
        new($"The database {_target.Name} is in use: {how}.", cause);
}
