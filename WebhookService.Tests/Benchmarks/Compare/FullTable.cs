using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>The same calls on a table with few rows and on one with many. Times are medians in milliseconds.</summary>
internal sealed record FullTableResult(int FewRows, int Rows, double Ratio, TableTimes Few, TableTimes Full);

/// <summary>Reads of one table: by id, the first page of the list, and page 10,000.</summary>
internal sealed record TableTimes(double Find, double FirstPage, double? DeepPage);

/// <summary>Shows that the cost does not grow with the table: fills two tables, then measures them in turn.</summary>
internal static class FullTable
{
    private const int Few = 1_000;
    private const int Reads = 200;
    private const int PageSize = 50;
    private const int DeepPage = 10_000;

    public static async Task<FullTableResult> MeasureAsync(ComparisonOptions options, string fewData, string fullData)
    {
        var service = Subject.Service(("Processing__Delay", "00:10:00"));
        var fewId = await FillAsync(service, fewData, Few);
        var fullId = await FillAsync(service, fullData, options.Rows);
        await using var few = await service.StartAsync(WholeSystem.Port, fewData);
        await using var full = await service.StartAsync(WholeSystem.Port + 1, fullData);
        var fewTimes = await ReadAsync(few.Port, fewId, Few);
        var fullTimes = await ReadAsync(full.Port, fullId, options.Rows);
        List<double> ratios = [];
        await Wrk.PostAsync(few.Port, 64, WholeSystem.WarmUp);
        await Wrk.PostAsync(full.Port, 64, WholeSystem.WarmUp);
        for (var round = 0; round < options.Rounds; round++)
        {
            // Each table goes first as often as the other.
            var (first, second) = round % 2 == 0 ? (few, full) : (full, few);
            var one = await Wrk.PostAsync(first.Port, 64, options.Seconds);
            var other = await Wrk.PostAsync(second.Port, 64, options.Seconds);
            ratios.Add(first == full ? one.Rate / other.Rate : other.Rate / one.Rate);
        }

        return new FullTableResult(Few, options.Rows, ratios.Order().ElementAt(ratios.Count / 2), fewTimes, fullTimes);
    }

    // The ids are unordered, as in production, so they spread over the unique key. Returns the id of a middle row.
    private static async Task<string> FillAsync(Subject service, string data, int rows)
    {
        await using (await service.StartAsync(WholeSystem.Port, data))
        {
            // The service creates the schema.
        }

        using var db = new SqliteConnection($"Data Source={data}/transactions.db;Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = $"""
            PRAGMA cache_size = -1000000;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO transactions (sequence, transaction_id, source_account, destination_account, amount, currency, status,
                created_at, processed_at, attempts)
            SELECT i, printf('txn_%016x', i * 7919 % 1000000007 * 2654435761 % 4294967296 * 65536 + i % 65536),
                'acc_user_' || i % 1000, 'acc_merchant_' || i % 100,
                '150.50', 'INR', 'PROCESSED', 1700000000000000 + i * 1000, 1700000030000000 + i * 1000, 1
            FROM n;
            PRAGMA wal_checkpoint(TRUNCATE);
            """;
        command.ExecuteNonQuery();
        command.CommandText = $"SELECT transaction_id FROM transactions WHERE sequence = {rows / 2}";
        return (string)command.ExecuteScalar()!;
    }

    private static async Task<TableTimes> ReadAsync(int port, string id, int rows)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var cursor = rows > DeepPage * PageSize ? await FindCursorAsync(client) : null;
        return new TableTimes(
            await TimeAsync(client, $"/v1/transactions/{id}"),
            await TimeAsync(client, $"/v1/transactions?limit={PageSize}"),
            cursor is null ? null : await TimeAsync(client, cursor));
    }

    // Follows the links from page to page, as a client would.
    private static async Task<string> FindCursorAsync(HttpClient client)
    {
        var next = $"/v1/transactions?limit={PageSize}";
        for (var page = 1; page < DeepPage; page++)
        {
            using var answer = await client.GetAsync(next);
            var link = answer.Headers.GetValues("Link").Single();
            next = link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)];
        }

        return next;
    }

    private static async Task<double> TimeAsync(HttpClient client, string path)
    {
        var times = new double[Reads];
        for (var i = 0; i < Reads; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times.Order().ElementAt(Reads / 2);
    }
}
