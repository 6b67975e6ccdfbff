using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    internal partial class Attempts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_destination",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_failed",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_finished",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_processing",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_source",
                table: "transactions");

            migrationBuilder.AddColumn<byte[]>(
                name: "content_hash",
                table: "transactions",
                type: "BLOB",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "earlier_attempts",
                table: "transactions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "next_attempt_at",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            // By hand, for WITHOUT ROWID: one tree instead of two, in the order in which they are written and read.
            migrationBuilder.Sql("""
                CREATE TABLE attempts (
                    sequence INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    started_at INTEGER NOT NULL,
                    duration_ms INTEGER NOT NULL,
                    outcome TEXT NOT NULL,
                    http_status INTEGER NULL,
                    detail TEXT NULL,
                    instance_id INTEGER NOT NULL,
                    CONSTRAINT PK_attempts PRIMARY KEY (sequence, number)) WITHOUT ROWID;
                CREATE TABLE conflicts (
                    sequence INTEGER NOT NULL,
                    content_hash BLOB NOT NULL,
                    source_account TEXT NOT NULL,
                    destination_account TEXT NOT NULL,
                    amount TEXT NOT NULL,
                    currency TEXT NOT NULL,
                    first_received_at INTEGER NOT NULL,
                    last_received_at INTEGER NOT NULL,
                    times INTEGER NOT NULL,
                    CONSTRAINT PK_conflicts PRIMARY KEY (sequence, content_hash)) WITHOUT ROWID;
                """);

            migrationBuilder.CreateTable(
                name: "totals",
                columns: table => new
                {
                    instance_id = table.Column<long>(type: "INTEGER", nullable: false),
                    accepted = table.Column<long>(type: "INTEGER", nullable: false),
                    processed = table.Column<long>(type: "INTEGER", nullable: false),
                    failed = table.Column<long>(type: "INTEGER", nullable: false),
                    retried = table.Column<long>(type: "INTEGER", nullable: false),
                    conflicts = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_totals", x => x.instance_id);
                });

            // What was done before there were totals.
            migrationBuilder.Sql("""
                INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts)
                SELECT 0, COUNT(*), COALESCE(SUM(CASE status WHEN 'PROCESSED' THEN 1 ELSE 0 END), 0),
                    COALESCE(SUM(CASE status WHEN 'FAILED' THEN 1 ELSE 0 END), 0), 0, 0
                FROM transactions;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_transactions_destination",
                table: "transactions",
                columns: new[] { "destination_account", "created_at" },
                filter: "processed_at IS NOT NULL AND content_hash IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_due",
                table: "transactions",
                columns: new[] { "next_attempt_at", "sequence" },
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_finished",
                table: "transactions",
                column: "created_at",
                filter: "processed_at IS NOT NULL AND content_hash IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_processing",
                table: "transactions",
                columns: new[] { "created_at", "sequence", "claimed_by" },
                filter: "status = 'PROCESSING' AND next_attempt_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_source",
                table: "transactions",
                columns: new[] { "source_account", "created_at" },
                filter: "processed_at IS NOT NULL AND content_hash IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_waiting",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "next_attempt_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "conflicts");

            migrationBuilder.DropTable(
                name: "totals");

            migrationBuilder.DropIndex(
                name: "ix_transactions_destination",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_due",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_failed",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_finished",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_processing",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_source",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_waiting",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "content_hash",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "earlier_attempts",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "next_attempt_at",
                table: "transactions");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_destination",
                table: "transactions",
                columns: new[] { "destination_account", "created_at" },
                filter: "processed_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED'");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_finished",
                table: "transactions",
                column: "created_at",
                filter: "processed_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_processing",
                table: "transactions",
                columns: new[] { "created_at", "sequence", "claimed_by" },
                filter: "status = 'PROCESSING'");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_source",
                table: "transactions",
                columns: new[] { "source_account", "created_at" },
                filter: "processed_at IS NOT NULL");
        }
    }
}
