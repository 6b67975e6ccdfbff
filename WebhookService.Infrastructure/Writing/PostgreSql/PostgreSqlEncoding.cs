using Npgsql;

namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The encoding of a database, which must represent every character of an account.</summary>
internal static class PostgreSqlEncoding
{
    private const string Needed = "UTF8";

    /// <summary>Returns why the encoding is unsuitable; null when it is suitable.</summary>
    public static string? FindUnsuitable(NpgsqlConnection connection) =>
        // The server reports it when a connection is opened. A pooler may omit it; the encoding is then unknown.
        connection.PostgresParameters.TryGetValue("server_encoding", out var found) && found != Needed
            ? $"its encoding is {found}, and {Needed} is needed; create a database with ENCODING '{Needed}'."
            : null;
}
