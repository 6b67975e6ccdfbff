using System.Collections.Concurrent;
using System.Net;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Api.Security;

/// <summary>Reports refused requests and their exact reasons, in metrics and in the log.</summary>
/// <remarks>
/// A refused caller can repeat its request a million times, and the log must not grow with that. So each reason gets
/// at most one line a second, with a count and the address of the last caller.
/// </remarks>
internal sealed partial class Refusals(WebhookMetrics metrics, TimeProvider clock, ILogger<Refusals> logger)
{
    private readonly ConcurrentDictionary<(string Check, string Reason), LogPace> _paces = [];

    /// <summary>Counts a refusal and logs it, or leaves it to the next line.</summary>
    /// <param name="check">The authentication scheme, or the limit.</param>
    /// <param name="reason">One of a few fixed words; never text from the request.</param>
    /// <param name="caller">The caller's address, behind known proxies the one that they report.</param>
    public void Add(string check, string reason, IPAddress? caller)
    {
        metrics.Refused(check, reason);
        var pace = _paces.GetOrAdd((check, reason), static (_, clock) => new LogPace(clock), clock);
        if (pace.Count() is > 0 and var count)
        {
            Log.Refused(logger, count, check, reason, Describe(caller));
        }
    }

    private static IPAddress? Describe(IPAddress? caller) =>
        caller is { IsIPv4MappedToIPv6: true } ? caller.MapToIPv4() : caller;

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning,
            "Request refused: {Check}, {Reason}, from {Caller} ({Count} since the last such line).")]
        public static partial void Refused(ILogger logger, int count, string check, string reason, IPAddress? caller);
    }
}
