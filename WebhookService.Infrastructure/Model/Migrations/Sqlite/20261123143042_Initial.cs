using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    internal partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "instances",
                columns: table => new
                {
                    instance_id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    started_at = table.Column<string>(type: "TEXT", nullable: false),
                    heartbeat_at = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_instances", x => x.instance_id);
                });

            migrationBuilder.CreateTable(
                name: "transactions",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    source_account = table.Column<string>(type: "TEXT", nullable: false),
                    destination_account = table.Column<string>(type: "TEXT", nullable: false),
                    amount = table.Column<string>(type: "TEXT", precision: 18, scale: 2, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false),
                    processed_at = table.Column<string>(type: "TEXT", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    failure_reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    claimed_by = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_transactions", x => x.sequence);
                });

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

            migrationBuilder.CreateIndex(
                name: "ux_transactions_transaction_id",
                table: "transactions",
                column: "transaction_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "instances");

            migrationBuilder.DropTable(
                name: "transactions");
        }
    }
}
