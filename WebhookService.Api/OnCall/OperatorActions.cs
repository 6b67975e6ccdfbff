using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using WebhookService.Domain;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OnCall;

/// <summary>Records what operators did.</summary>
/// <remarks>
/// An action is recorded when it is done, with the number of rows that it changed. If the database fails between the
/// two, the action stays in effect, and only the log has it.
/// </remarks>
internal sealed partial class OperatorActions(IAudit audit, TimeProvider clock, ILogger<OperatorActions> logger)
{
    /// <summary>Records an action that is done.</summary>
    internal async Task RecordAsync(
        ClaimsPrincipal user, string action, string? target, long count, string? reason)
    {
        try
        {
            await audit.RecordAsync(
                new AuditEntry(clock.GetUtcNow(), user.Identity?.Name, action, target, count, reason));
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotRecorded(logger, NameOf(user), action, target ?? "everything", count, exception.Message);
        }
    }

    /// <summary>The name of the key, for the log; anybody if none is required.</summary>
    internal static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? "anybody";

    /// <summary>The filter of a bulk action as its entry's target, with digests of private texts; or null.</summary>
    internal static string? FilterOf(HttpRequest request)
    {
        var query = new QueryBuilder(request.Query.Select(pair => KeyValuePair.Create(
            pair.Key, MayHaveAccount(pair.Key) ? DigestOf($"{pair.Value}") : $"{pair.Value}")));
        var filter = query.ToString().TrimStart('?');
        return filter.Length == 0 ? null : filter[..Math.Min(filter.Length, AuditEntry.MaxTargetLength)];
    }

    /// <summary>What the audit keeps of an account, so that erasing the account leaves nothing there.</summary>
    internal static string DigestOf(string account) =>
        $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)).AsSpan(0, 8))}";

    /// <summary>The filter of a bulk action for the log, which has no accounts.</summary>
    internal static string DescribeFilter(HttpRequest request) => request.Query.Count == 0
        ? "no filter"
        : string.Join(", ", request.Query.Select(pair =>
            MayHaveAccount(pair.Key) ? pair.Key : $"{pair.Key}={pair.Value}"));

    // The reason of a failure is what the external system wrote.
    private static bool MayHaveAccount(string parameter) =>
        parameter.EndsWith("_account", StringComparison.OrdinalIgnoreCase)
        || parameter.Equals("failure_reason", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(105, LogLevel.Warning,
            "Not in the audit: {Operator}, {Action}, {Target}, {Count} changed. {Reason}")]
        public static partial void NotRecorded(
            ILogger logger, string @operator, string action, string target, long count, string reason);
    }
}
