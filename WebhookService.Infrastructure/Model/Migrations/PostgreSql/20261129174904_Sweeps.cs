using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Sweeps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "has_claims",
                table: "totals",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.CreateIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'PROCESSING' AND next_attempt_at IS NULL AND claimed_by IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_unclaimed",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "has_claims",
                table: "totals");
        }
    }
}
