using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal partial class Sweeps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_transactions_unclaimed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NULL");

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
            migrationBuilder.DropIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "empty_at",
                table: "totals");

            migrationBuilder.DropColumn(
                name: "heartbeats",
                table: "totals");
        }
    }
}
