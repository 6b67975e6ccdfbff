using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Writing;

/// <summary>
/// Distinguishes faults of the database from defects of the service, however drivers and EF Core wrap them.
/// </summary>
internal static class StoreFault
{
    // PostgreSQL's invalid_sql_statement_name: https://www.postgresql.org/docs/current/errcodes-appendix.html
    private const string LostStatement = "26000";

    /// <summary>Whether the database, or the connection to it, failed.</summary>
    public static bool IsOfDatabase(Exception exception) => Find(exception) is not null;

    /// <summary>Whether its message is sufficient, so that no stack trace is needed.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is StoreUnavailableException || IsOfDatabase(exception);

    /// <summary>Describes the fault in one line for an operator.</summary>
    public static string Describe(Exception exception)
    {
        var fault = Find(exception) ?? exception;
        var message = fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

        if (fault is DbException { SqlState: LostStatement })
        {
            return $"{message}: a pooler in transaction mode needs Max Auto Prepare=0 in DATABASE_URL.";
        }

        // Drivers say "Exception while reading from stream" and hide the cause.
        return fault.InnerException is IOException or SocketException
            ? $"{message}: {fault.InnerException.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}."
            : $"{message}.";
    }

    // The last two: a certificate that cannot be read, or one that is not the server's.
    private static bool IsFault(Exception exception) => exception
        is DbException or IOException or SocketException or TimeoutException
        or CryptographicException or AuthenticationException;

    private static Exception? Find(Exception? exception)
    {
        while (exception is not null && !IsFault(exception))
        {
            exception = exception.InnerException;
        }

        return exception;
    }
}
