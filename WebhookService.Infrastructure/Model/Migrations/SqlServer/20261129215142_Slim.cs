using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.SqlServer
{
    /// <inheritdoc />
    internal partial class Slim : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "succeeded_start",
                table: "transactions",
                type: "datetimeoffset(6)",
                precision: 6,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "succeeded_status",
                table: "transactions",
                type: "int",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_attempts_started",
                table: "attempts",
                column: "started_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_attempts_started",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "succeeded_start",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "succeeded_status",
                table: "transactions");
        }
    }
}
