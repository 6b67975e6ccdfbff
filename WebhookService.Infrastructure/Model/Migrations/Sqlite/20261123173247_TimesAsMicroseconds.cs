using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.Sqlite
{
    /// <summary>Times become numbers. See docs/decisions/0008-cost-of-a-row.md.</summary>
    /// <remarks>
    /// Written by hand: SQLite cannot change a column's type, and what EF Core makes of it is several transactions, of
    /// which a kill in the middle leaves half. This is one. Going back is not supported, as nowhere in this service.
    /// </remarks>
    internal partial class TimesAsMicroseconds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"""
                ALTER TABLE transactions RENAME TO transactions_with_text;
                CREATE TABLE transactions (
                    sequence INTEGER NOT NULL CONSTRAINT PK_transactions PRIMARY KEY,
                    transaction_id TEXT NOT NULL,
                    source_account TEXT NOT NULL,
                    destination_account TEXT NOT NULL,
                    amount TEXT NOT NULL,
                    currency TEXT NOT NULL,
                    status TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    processed_at INTEGER NULL,
                    attempts INTEGER NOT NULL,
                    failure_reason TEXT NULL,
                    claimed_by INTEGER NULL);
                INSERT INTO transactions
                SELECT sequence, transaction_id, source_account, destination_account, amount, currency, status,
                    {Microseconds("created_at")}, {Microseconds("processed_at")}, attempts, failure_reason, claimed_by
                FROM transactions_with_text ORDER BY sequence;
                DROP TABLE transactions_with_text;
                CREATE UNIQUE INDEX ux_transactions_transaction_id ON transactions (transaction_id);
                CREATE INDEX ix_transactions_processing ON transactions (created_at, sequence, claimed_by)
                    WHERE status = 'PROCESSING';
                CREATE INDEX ix_transactions_finished ON transactions (created_at) WHERE processed_at IS NOT NULL;
                CREATE INDEX ix_transactions_source ON transactions (source_account, created_at)
                    WHERE processed_at IS NOT NULL;
                CREATE INDEX ix_transactions_destination ON transactions (destination_account, created_at)
                    WHERE processed_at IS NOT NULL;
                CREATE INDEX ix_transactions_failed ON transactions (created_at, sequence) WHERE status = 'FAILED';
                """);

            // The newest instance keeps its number, so that none is ever given out twice.
            migrationBuilder.Sql($"""
                ALTER TABLE instances RENAME TO instances_with_text;
                CREATE TABLE instances (
                    instance_id INTEGER NOT NULL CONSTRAINT PK_instances PRIMARY KEY AUTOINCREMENT,
                    started_at INTEGER NOT NULL,
                    heartbeat_at INTEGER NOT NULL);
                INSERT INTO instances
                SELECT instance_id, {Microseconds("started_at")}, {Microseconds("heartbeat_at")}
                FROM instances_with_text;
                DROP TABLE instances_with_text;
                """);
        }

        // Of 2026-01-15T10:30:00.123456Z: the seconds, then the six digits of the fraction.
        private static string Microseconds(string column) =>
            $"CAST(strftime('%s', substr({column}, 1, 19)) AS INTEGER) * 1000000 + CAST(substr({column}, 21, 6) AS INTEGER)";
    }
}
