using System.Data.Common;
using Microsoft.Data.SqlClient;
using Npgsql;

namespace WebhookService.Infrastructure.Model;

/// <summary>
/// Reads the URL of a database server: <c>scheme://user:password@host:port/database?option=value</c>. User and password
/// are percent-encoded; options are those of the driver, and those of libpq for PostgreSQL, which may have several
/// hosts, separated by commas.
/// </summary>
internal static class ServerUrl
{
    private const int MaxPort = 65_535;

    /// <summary>Maps libpq's names, which every other client of PostgreSQL knows, to the driver's.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS</remarks>
    private static readonly Dictionary<string, string> LibpqNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["gssencmode"] = "Gss Encryption Mode",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["options"] = "Options",
    };

    /// <exception cref="FormatException">
    /// The URL names no database, or has an option that the driver does not know.
    /// </exception>
    public static DatabaseTarget Parse(string url, DatabaseKind kind)
    {
        var isPostgres = kind == DatabaseKind.PostgreSql;
        var form = isPostgres
            ? "postgresql://user:password@host:5432/database?sslmode=require"
            : "sqlserver://user:password@host:1433/database?encrypt=true";
        if (!TryRead(url, kind, out var parts) || parts.Host.Length == 0 || parts.Database.Length == 0)
        {
            throw new FormatException($"DATABASE_URL must be {form}; a host and a database are required.");
        }

        DbConnectionStringBuilder builder = isPostgres ? Postgres(parts) : SqlServer(parts);
        foreach (var (name, value) in parts.Options)
        {
            Set(builder, isPostgres && LibpqNames.TryGetValue(name, out var known) ? known : name, name, value);
        }

        var server = isPostgres ? "PostgreSQL" : "SQL Server";
        return new DatabaseTarget(kind, builder.ConnectionString, $"{parts.Database} on {server} at {parts.Host}");
    }

    private static NpgsqlConnectionStringBuilder Postgres(UrlParts parts)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = parts.Host,
            Database = parts.Database,
            Username = parts.User,
            Password = parts.Password,
        };
        builder.Port = parts.Port ?? builder.Port;
        return builder;
    }

    private static SqlConnectionStringBuilder SqlServer(UrlParts parts)
    {
        var builder = new SqlConnectionStringBuilder
        {
            DataSource = parts.Port is { } port ? $"{parts.Host},{port}" : parts.Host,
            InitialCatalog = parts.Database,
        };
        if (parts.User is not null)
        {
            builder.UserID = parts.User;
            builder.Password = parts.Password ?? string.Empty;
        }

        return builder;
    }

    private static void Set(DbConnectionStringBuilder builder, string keyword, string name, string value)
    {
        try
        {
            // PostgreSQL's modes are written verify-full in URLs and VerifyFull in the driver.
            builder[keyword] = keyword is "SSL Mode" or "Target Session Attributes"
                ? value.Replace("-", string.Empty, StringComparison.Ordinal)
                : value;
        }
        catch (Exception exception) when (
            exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The driver's own message may repeat the value, and the value may be a password.
            throw new FormatException(
                $"DATABASE_URL has an option '{name}' that is unknown or has an invalid value.", exception);
        }
    }

    private static bool TryRead(string url, DatabaseKind kind, out UrlParts parts)
    {
        parts = default;
        var (single, others) = kind == DatabaseKind.PostgreSql ? SplitHosts(url) : (url, "");
        if (!Uri.TryCreate(single, UriKind.Absolute, out var uri) || uri.Port > MaxPort)
        {
            return false;
        }

        var credentials = uri.UserInfo.Split(':', 2);
        parts = new UrlParts(
            others.Length == 0 ? uri.Host.Trim('[', ']') : uri.Authority + others,
            others.Length == 0 && uri.Port > 0 ? uri.Port : null,
            Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
            [.. uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Option)]);
        return true;
    }

    // Several hosts, each with its own port, are libpq's extension of the form of a URL.
    private static (string First, string Others) SplitHosts(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var path = url.IndexOf('/', scheme);
        var hosts = path < 0 ? path : url.LastIndexOf('@', path, path - scheme) + 1;
        var comma = path < 0 ? path : url.IndexOf(',', Math.Max(hosts, scheme), path - Math.Max(hosts, scheme));
        return comma < 0 ? (url, "") : (url[..comma] + url[path..], url[comma..path]);
    }

    private static KeyValuePair<string, string> Option(string text)
    {
        var pair = text.Split('=', 2);
        return new(Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : string.Empty);
    }

    private readonly record struct UrlParts(
        string Host,
        int? Port,
        string Database,
        string? User,
        string? Password,
        KeyValuePair<string, string>[] Options);
}
