using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    internal partial class Dismissals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_failed",
                table: "transactions");

            migrationBuilder.AddColumn<long>(
                name: "dismissed_at",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "dismissed_by",
                table: "transactions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "transactions",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "dismissed",
                table: "totals",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_transactions_dismissed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_dismissed",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_failed",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "dismissed_at",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "dismissed_by",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "note",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "dismissed",
                table: "totals");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL");
        }
    }
}
