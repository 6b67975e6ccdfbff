using Microsoft.Extensions.Logging;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Logs conflicts, at most one line a second. Called only by the commit thread.</summary>
internal sealed partial class ConflictLog(TimeProvider clock, ILogger<ConflictLog> logger)
{
    private readonly LogPace _pace = new(clock);
    private string? _first;

    /// <summary>Counts the conflicts of a commit and logs them, now or with the next line.</summary>
    /// <param name="count">Number of conflicts.</param>
    /// <param name="first">Id of the first conflict; null without conflicts.</param>
    public void Add(int count, string? first)
    {
        _first ??= first;
        if (_first is not null && count > 0 && _pace.Count(count) is > 0 and var all)
        {
            Log.Conflict(logger, _first, all);
            _first = null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning,
            "Conflict: transaction {TransactionId} was sent again with different content; the first content is kept "
            + "({Count} since the last such line, this one first).")]
        public static partial void Conflict(ILogger logger, string transactionId, int count);
    }
}
