using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.SqlServer
{
    /// <inheritdoc />
    internal partial class Sources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "transactions",
                type: "varchar(32)",
                unicode: false,
                maxLength: 32,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    event_type = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    event_id = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    occurred_at = table.Column<DateTimeOffset>(type: "datetimeoffset(6)", precision: 6, nullable: true),
                    content_type = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    body = table.Column<byte[]>(type: "varbinary(max)", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "quarantine",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    source = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false),
                    event_key = table.Column<byte[]>(type: "varbinary(32)", maxLength: 32, nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "datetimeoffset(6)", precision: 6, nullable: false),
                    last_received_at = table.Column<DateTimeOffset>(type: "datetimeoffset(6)", precision: 6, nullable: false),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    event_type = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    event_id = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    times = table.Column<int>(type: "int", nullable: false),
                    headers = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    content_type = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    body = table.Column<byte[]>(type: "varbinary(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_quarantine", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_quarantine_last_received",
                table: "quarantine",
                column: "last_received_at");

            migrationBuilder.CreateIndex(
                name: "ix_quarantine_source",
                table: "quarantine",
                columns: new[] { "source", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_quarantine_event",
                table: "quarantine",
                columns: new[] { "source", "event_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "quarantine");

            migrationBuilder.DropColumn(
                name: "source",
                table: "transactions");
        }
    }
}
