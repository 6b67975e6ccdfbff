using Npgsql;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The encoding of a database, which must be able to keep every character of an account.</summary>
internal static class PostgreSqlEncoding
{
    private const string Needed = "UTF8";

    /// <summary>Says what is wrong with the encoding; null when nothing is.</summary>
    public static string? FindUnsuitable(NpgsqlConnection connection) =>
        // The server reports it when a connection is made. A pooler may leave it out, and then nothing is known.
        connection.PostgresParameters.TryGetValue("server_encoding", out var found) && found != Needed
            ? $"its encoding is {found}, and {Needed} is needed; create a database with ENCODING '{Needed}'."
            : null;
}
