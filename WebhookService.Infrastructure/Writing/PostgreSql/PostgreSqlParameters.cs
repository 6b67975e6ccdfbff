using Npgsql;
using NpgsqlTypes;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>Positional parameters, of exactly the type that the statement expects.</summary>
internal static class PostgreSqlParameters
{
    public static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    public static NpgsqlParameter<DateTime?[]> Times(IEnumerable<DateTimeOffset?> times) => Array(
        times.Select(time => time is { } known ? Timestamps.ToMicroseconds(known).UtcDateTime : (DateTime?)null)
            .ToArray(),
        NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    public static NpgsqlParameter<long?> NumberOrNull(long? value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter<string?> Text(string? value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter<DateTime> Time(DateTimeOffset time) => new()
    {
        TypedValue = Timestamps.ToMicroseconds(time).UtcDateTime,
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter<DateTime?> TimeOrNull(DateTimeOffset? time) => new()
    {
        TypedValue = time is { } known ? Timestamps.ToMicroseconds(known).UtcDateTime : null,
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter<TimeSpan> Span(TimeSpan value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Interval };
}
