using System.Data;
using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The writer's connection and this instance's registration. Both are replaced when they are lost.</summary>
internal sealed class ServerSession(
    IServerDialect dialect,
    DatabaseOptions options,
    InstanceOptions instanceOptions,
    InstanceLease lease,
    TimeProvider clock) : IDisposable
{
    private readonly ServerRoundTrip _roundTrip = new(dialect);
    private DbConnection? _connection;
    private long _lastAttempt;
    private string? _fault;

    /// <summary>This instance's number; null before it is registered, and when the server has forgotten it.</summary>
    public long? Instance { get; private set; }

    /// <summary>Returns the connection, open, with this instance registered.</summary>
    /// <exception cref="CommitFailedException">The server cannot be reached, or could not a moment ago.</exception>
    public DbConnection Connect()
    {
        // After some errors, the driver has already closed the connection.
        if (_connection is not { State: ConnectionState.Open })
        {
            Disconnect();

            // Attempts are paced: while the server is unavailable, every batch between two of them is rejected at once.
            if (_fault is not null && clock.GetElapsedTime(_lastAttempt) < options.ReconnectInterval)
            {
                throw new CommitFailedException(CommitFault.Rejected, _fault);
            }

            Attempt(() =>
            {
                _connection = dialect.CreateConnection();
                _connection.Open();
                dialect.Prepare(_connection);
                RequireSuitable();
            });
        }

        if (Instance is null)
        {
            Attempt(Register);
        }

        return _connection!;
    }

    /// <summary>Closes the connection; the next batch opens another one.</summary>
    public void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>
    /// Notes that the server has forgotten this instance. The next batch registers a new number, since the old one's
    /// claims belong to other instances by now.
    /// </summary>
    public void Forget() => Instance = null;

    public void Dispose()
    {
        try
        {
            if (_connection is { State: ConnectionState.Open } && Instance is { } instance)
            {
                _roundTrip.Clear();
                _roundTrip.Add(index => dialect.Instances.Deregister(index, instance), _ => { });
                _roundTrip.Run(_connection);
            }
        }
        catch (Exception)
        {
            // Whatever failed, the lease still expires automatically.
        }
        finally
        {
            Disconnect();
        }
    }

    private void RequireSuitable()
    {
        if (dialect.Instances.FindUnsuitable(_connection!) is { } reason)
        {
            throw new StoreUnavailableException(reason);
        }
    }

    private void Attempt(Action step)
    {
        try
        {
            step();
            _fault = null;
        }
        catch (Exception exception)
        {
            // Drivers throw more than they document, and a connection that failed in any way is closed.
            Disconnect();
            _lastAttempt = clock.GetTimestamp();
            _fault = StoreFault.Describe(exception);
            throw new CommitFailedException(CommitFault.Rejected, _fault, exception);
        }
    }

    private void Register()
    {
        var at = clock.GetTimestamp();
        _roundTrip.Clear();
        _roundTrip.Add(
            index => dialect.Instances.Register(index, instanceOptions.LeaseDuration, instanceOptions.Retention),
            reader => Instance = ServerRoundTrip.ReadNumber(reader));
        _roundTrip.Run(_connection!);
        lease.Begin(Instance!.Value, at);
    }
}
