using System.Data.Common;
using System.Net.Sockets;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Tells faults of the database from faults of ours, however drivers and EF Core wrap them.</summary>
internal static class StoreFault
{
    /// <summary>Whether the database, or the way to it, is what failed.</summary>
    public static bool IsOfDatabase(Exception exception) => Find(exception) is not null;

    /// <summary>What failed, in one line for an operator.</summary>
    public static string Describe(Exception exception)
    {
        var fault = Find(exception) ?? exception;
        var message = fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

        // Drivers say "Exception while reading from stream" and hide why.
        return fault.InnerException is IOException or SocketException
            ? $"{message}: {fault.InnerException.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}."
            : $"{message}.";
    }

    private static Exception? Find(Exception? exception)
    {
        while (exception is not (null or DbException or IOException or SocketException or TimeoutException))
        {
            exception = exception.InnerException;
        }

        return exception;
    }
}
