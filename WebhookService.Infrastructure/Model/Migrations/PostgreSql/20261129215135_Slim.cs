using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal partial class Slim : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The unique index becomes the key as it is, so nothing is built or copied.
            migrationBuilder.Sql("""
                ALTER TABLE transactions DROP CONSTRAINT "PK_transactions";
                ALTER TABLE transactions
                    ADD CONSTRAINT "PK_transactions" PRIMARY KEY USING INDEX ux_transactions_transaction_id;
                """);

            // With the default of a fifth, dead versions would take a fifth of the table.
            migrationBuilder.Sql("ALTER TABLE transactions SET (autovacuum_vacuum_scale_factor = 0.05)");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "succeeded_start",
                table: "transactions",
                type: "timestamp(6) with time zone",
                precision: 6,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "succeeded_status",
                table: "transactions",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "tallies",
                columns: table => new
                {
                    instance_id = table.Column<long>(type: "bigint", nullable: false),
                    heartbeat = table.Column<long>(type: "bigint", nullable: false),
                    accepted = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    processed = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    failed = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    retried = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    conflicts = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tallies", x => new { x.instance_id, x.heartbeat });
                });

            migrationBuilder.CreateIndex(
                name: "ix_attempts_started",
                table: "attempts",
                column: "started_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tallies");

            migrationBuilder.DropIndex(
                name: "ix_attempts_started",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "succeeded_start",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "succeeded_status",
                table: "transactions");

            migrationBuilder.Sql("""
                ALTER TABLE transactions RESET (autovacuum_vacuum_scale_factor);
                ALTER TABLE transactions DROP CONSTRAINT "PK_transactions";
                ALTER TABLE transactions ADD CONSTRAINT "PK_transactions" PRIMARY KEY (sequence);
                CREATE UNIQUE INDEX ux_transactions_transaction_id ON transactions (transaction_id);
                """);
        }
    }
}
