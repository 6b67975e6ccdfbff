using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.PostgreSql
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
                type: "bytea",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "earlier_attempts",
                table: "transactions",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "next_attempt_at",
                table: "transactions",
                type: "timestamp(6) with time zone",
                precision: 6,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp(6) with time zone", precision: 6, nullable: false),
                    duration_ms = table.Column<long>(type: "bigint", nullable: false),
                    outcome = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    http_status = table.Column<int>(type: "integer", nullable: true),
                    detail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    instance_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.sequence, x.number });
                });

            migrationBuilder.CreateTable(
                name: "conflicts",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    source_account = table.Column<string>(type: "text", nullable: false),
                    destination_account = table.Column<string>(type: "text", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(18,2)", precision: 18, scale: 2, nullable: false),
                    currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    first_received_at = table.Column<DateTimeOffset>(type: "timestamp(6) with time zone", precision: 6, nullable: false),
                    last_received_at = table.Column<DateTimeOffset>(type: "timestamp(6) with time zone", precision: 6, nullable: false),
                    times = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conflicts", x => new { x.sequence, x.content_hash });
                });

            migrationBuilder.CreateTable(
                name: "totals",
                columns: table => new
                {
                    instance_id = table.Column<long>(type: "bigint", nullable: false),
                    accepted = table.Column<long>(type: "bigint", nullable: false),
                    processed = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    retried = table.Column<long>(type: "bigint", nullable: false),
                    conflicts = table.Column<long>(type: "bigint", nullable: false)
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
