using Microsoft.Extensions.Logging;
using WebhookService.Infrastructure.Metering;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Tells operators of conflicts, in one line a second at most. Only the commit thread calls it.</summary>
internal sealed partial class ConflictLog(TimeProvider clock, ILogger<ConflictLog> logger)
{
    private readonly LogPace _pace = new(clock);
    private string? _first;

    /// <summary>Counts the conflicts of a commit, and logs them or leaves them to the next line.</summary>
    /// <param name="count">How many there were; 0 for none.</param>
    /// <param name="first">The id of the first; null when there was none.</param>
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
            "Conflict: transaction {TransactionId} was sent again with other content; the first content stays "
            + "({Count} since the last such line, this one first).")]
        public static partial void Conflict(ILogger logger, string transactionId, int count);
    }
}
