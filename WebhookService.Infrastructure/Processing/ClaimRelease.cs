using Microsoft.Extensions.Logging;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Processing;

/// <summary>Gives up, at a stop, what this instance still holds, so that whoever is next takes it at once.</summary>
internal sealed partial class ClaimRelease(ITransactionStore store, ILogger<ClaimRelease> logger)
{
    private const int Page = 5_000;

    public async Task RunAsync()
    {
        try
        {
            while (await store.ReleaseAsync(Page).ConfigureAwait(false) == Page)
            {
                Log.Releasing(logger, Page);
            }
        }
        catch (StoreUnavailableException exception)
        {
            // Not lost: whoever starts next takes over what this instance held.
            Log.ReleaseFailed(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Debug, "Released {Count} claims.")]
        public static partial void Releasing(ILogger logger, int count);

        [LoggerMessage(13, LogLevel.Warning, "Claims were not released, the next start takes them over: {Reason}")]
        public static partial void ReleaseFailed(ILogger logger, string reason);
    }
}
