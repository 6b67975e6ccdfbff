using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Sweeps : Migration
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

            migrationBuilder.AddColumn<bool>(
                name: "has_claims",
                table: "totals",
                type: "bit",
                nullable: false,
                defaultValue: true);

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
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

            migrationBuilder.DropIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "has_claims",
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
