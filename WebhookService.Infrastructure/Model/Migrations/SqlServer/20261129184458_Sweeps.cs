using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.SqlServer
{
    /// <inheritdoc />
    internal partial class Sweeps : Migration
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

            migrationBuilder.AddColumn<long>(
                name: "empty_at",
                table: "totals",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "heartbeats",
                table: "totals",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_transactions_destination",
                table: "transactions",
                columns: new[] { "destination_account", "created_at" },
                filter: "processed_at IS NOT NULL AND content_hash IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_finished",
                table: "transactions",
                column: "created_at",
                filter: "processed_at IS NOT NULL AND content_hash IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_processing",
                table: "transactions",
                columns: new[] { "created_at", "sequence", "claimed_by" },
                filter: "status = 'PROCESSING' AND next_attempt_at IS NULL")
                .Annotation("SqlServer:Include", new[] { "next_attempt_at" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_source",
                table: "transactions",
                columns: new[] { "source_account", "created_at" },
                filter: "processed_at IS NOT NULL AND content_hash IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NULL")
                .Annotation("SqlServer:Include", new[] { "next_attempt_at", "claimed_by" });

            // Batches and pages are bounded, so their locks are; escalated to a table's, they would stop other instances.
            migrationBuilder.Sql("""
                ALTER TABLE transactions SET (LOCK_ESCALATION = DISABLE);
                ALTER TABLE attempts SET (LOCK_ESCALATION = DISABLE);
                ALTER TABLE events SET (LOCK_ESCALATION = DISABLE);
                """);

            // Claims are taken over from the instances in totals.
            migrationBuilder.Sql("""
                INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts)
                SELECT DISTINCT claimed_by, 0, 0, 0, 0, 0 FROM transactions
                WHERE status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NOT NULL
                    AND claimed_by NOT IN (SELECT instance_id FROM totals)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                ALTER TABLE transactions SET (LOCK_ESCALATION = TABLE);
                ALTER TABLE attempts SET (LOCK_ESCALATION = TABLE);
                ALTER TABLE events SET (LOCK_ESCALATION = TABLE);
                """);

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

            migrationBuilder.DropIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "empty_at",
                table: "totals");

            migrationBuilder.DropColumn(
                name: "heartbeats",
                table: "totals");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_destination",
                table: "transactions",
                columns: new[] { "destination_account", "created_at" },
                filter: "processed_at IS NOT NULL AND content_hash IS NULL");

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
        }
    }
}
