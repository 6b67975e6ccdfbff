using System.Data.Common;
using Microsoft.Data.SqlClient;
using WebhookService.Infrastructure.Writing.Server;
using static WebhookService.Infrastructure.Writing.SqlServer.SqlServerParameters;

namespace WebhookService.Infrastructure.Writing.SqlServer;

/// <summary>Registration and leases on SQL Server.</summary>
internal sealed class SqlServerInstances : IServerInstances
{
    // Numbers from 50000 on are for users; this one is unlikely to have another meaning.
    private const int Forgotten = 50_202;

    public string? FindUnsuitable(DbConnection connection) => SqlServerSettings.Read(connection).Unsuitable;

    // The living keep their rows locked while they commit; a start does not wait for them.
    public ServerStatement Register(int index, TimeSpan lease, TimeSpan retention) => new(
        $"""
        DECLARE @folded{index} TABLE (
            accepted bigint, processed bigint, failed bigint, retried bigint, conflicts bigint, dismissed bigint);
        DELETE FROM totals WITH (UPDLOCK, READPAST, ROWLOCK)
        OUTPUT deleted.accepted, deleted.processed, deleted.failed, deleted.retried, deleted.conflicts,
            deleted.dismissed INTO @folded{index}
        WHERE empty_at = heartbeats AND instance_id <> 0 AND instance_id NOT IN (SELECT instance_id FROM instances);
        UPDATE totals
        SET accepted = accepted + (SELECT COALESCE(SUM(f.accepted), 0) FROM @folded{index} AS f),
            processed = processed + (SELECT COALESCE(SUM(f.processed), 0) FROM @folded{index} AS f),
            failed = failed + (SELECT COALESCE(SUM(f.failed), 0) FROM @folded{index} AS f),
            retried = retried + (SELECT COALESCE(SUM(f.retried), 0) FROM @folded{index} AS f),
            conflicts = conflicts + (SELECT COALESCE(SUM(f.conflicts), 0) FROM @folded{index} AS f),
            dismissed = dismissed + (SELECT COALESCE(SUM(f.dismissed), 0) FROM @folded{index} AS f)
        WHERE instance_id = 0 AND EXISTS (SELECT 1 FROM @folded{index});
        DELETE FROM instances WITH (UPDLOCK, READPAST, ROWLOCK)
        WHERE expires_at < DATEADD(second, -@retention{index}, SYSUTCDATETIME());
        DECLARE @registered{index} TABLE (instance_id bigint);
        INSERT INTO instances (started_at, heartbeat_at, expires_at)
        OUTPUT inserted.instance_id INTO @registered{index}
        VALUES (SYSUTCDATETIME(), SYSUTCDATETIME(), DATEADD(millisecond, @lease{index}, SYSUTCDATETIME()));
        INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts, heartbeats)
        SELECT instance_id, 0, 0, 0, 0, 0, 1 FROM @registered{index};
        SELECT instance_id FROM @registered{index}
        """,
        Number($"@lease{index}", (long)lease.TotalMilliseconds),
        Number($"@retention{index}", (long)retention.TotalSeconds));

    public ServerStatement Confirm(int index, long instance) => new(
        $"""
        IF NOT EXISTS (
            SELECT 1 FROM instances AS i WITH (UPDLOCK, ROWLOCK)
            JOIN totals AS t WITH (UPDLOCK, ROWLOCK) ON t.instance_id = i.instance_id
            WHERE i.instance_id = @instance{index})
        BEGIN;
            THROW {Forgotten}, 'The instance is not registered.', 1;
        END;
        SELECT 1
        """,
        Number($"@instance{index}", instance));

    public bool IsForgotten(Exception exception) => exception is SqlException { Number: Forgotten };

    public ServerStatement Renew(int index, TimeSpan lease, long instance) => new(
        $"""
        UPDATE instances
        SET heartbeat_at = SYSUTCDATETIME(), expires_at = DATEADD(millisecond, @lease{index}, SYSUTCDATETIME())
        WHERE instance_id = @instance{index};
        UPDATE totals SET heartbeats = heartbeats + 1 WHERE instance_id = @instance{index};
        SELECT 1
        """,
        Number($"@lease{index}", (long)lease.TotalMilliseconds),
        Number($"@instance{index}", instance));

    public ServerStatement Deregister(int index, long instance) => new(
        $"""
        DELETE FROM instances WHERE instance_id = @instance{index};
        UPDATE totals SET empty_at = heartbeats WHERE instance_id = @instance{index} AND NOT EXISTS (
            SELECT 1 FROM transactions AS held
            WHERE held.status = 'PROCESSING' AND held.next_attempt_at IS NULL AND held.claimed_by = @instance{index});
        SELECT 1
        """,
        Number($"@instance{index}", instance));
}
