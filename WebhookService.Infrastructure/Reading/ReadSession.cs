using System.Data;
using System.Data.Common;

namespace WebhookService.Infrastructure.Reading;

/// <summary>A connection that reads, with the statements that are prepared on it.</summary>
internal sealed class ReadSession(DbConnection connection, ReadDialect dialect) : IAsyncDisposable
{
    // Filters can be combined to thousands of texts, and each prepared one takes memory.
    private const int MaxCommands = 256;

    private readonly Dictionary<string, DbCommand> _commands = [];
    private bool _isSound;

    public DbConnection Connection => connection;

    /// <summary>Opens the connection, unless it is open.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open)
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            dialect.Configure(connection);
        }
    }

    /// <summary>Runs a query; returns its rows.</summary>
    /// <param name="sql">The text; of the same text, the statement is prepared once.</param>
    /// <param name="parameters">The values, always the same names for the same text.</param>
    /// <param name="read">Reads one row.</param>
    /// <param name="timeout">The driver's own time limit, in seconds.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<List<TRow>> QueryAsync<TRow>(
        string sql,
        IReadOnlyList<ReadParameter> parameters,
        Func<DbDataReader, TRow> read,
        int timeout,
        CancellationToken cancellationToken)
    {
        _isSound = false;
        var command = Command(sql, parameters);
        command.CommandTimeout = timeout;
        var rows = new List<TRow>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(read(reader));
            }
        }

        _isSound = true;
        return rows;
    }

    /// <summary>Returns the connection to its pool, or closes it if its last query failed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isSound && dialect.TryKeep(this))
        {
            return;
        }

        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask CloseAsync()
    {
        Forget();
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Forget()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }

    private DbCommand Command(string sql, IReadOnlyList<ReadParameter> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, type, _) in values)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                parameter.DbType = type;
                command.Parameters.Add(parameter);
            }

            dialect.Prepare(command);
            if (_commands.Count == MaxCommands)
            {
                Forget();
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Count; i++)
        {
            command.Parameters[i].Value = values[i].Value;
        }

        return command;
    }
}

/// <summary>A value of a query.</summary>
internal readonly record struct ReadParameter(string Name, DbType Type, object Value);
