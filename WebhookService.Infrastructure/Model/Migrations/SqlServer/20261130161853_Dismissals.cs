using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookService.Infrastructure.Model.Migrations.SqlServer
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

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "dismissed_at",
                table: "transactions",
                type: "datetimeoffset(6)",
                precision: 6,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "dismissed_by",
                table: "transactions",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "transactions",
                type: "nvarchar(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "dismissed",
                table: "totals",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_transactions_dismissed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NOT NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_failed",
                table: "transactions",
                columns: new[] { "created_at", "sequence" },
                filter: "status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash", "dismissed_at" });
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
                filter: "status = 'FAILED' AND content_hash IS NULL")
                .Annotation("SqlServer:Include", new[] { "content_hash" });
        }
    }
}
