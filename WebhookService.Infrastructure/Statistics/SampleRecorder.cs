using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Statistics;

/// <summary>
/// Records a sample of the figures about once a minute, for the longer periods of the dashboard. One instance does, for
/// all on the database.
/// </summary>
/// <remarks>A sample that cannot be recorded is skipped: the charts have a gap there.</remarks>
internal sealed partial class SampleRecorder(
    StatsFeed feed,
    ITransactionReader reader,
    WriteQueue writes,
    IOptions<DashboardOptions> options,
    TimeProvider clock,
    ILogger<SampleRecorder> logger) : BackgroundService
{
    private readonly DashboardOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_options.RecordInterval, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RecordAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The next sample starts anew; nothing else depends on this.
                NoteFault(exception, stoppingToken);
            }
        }
    }

    private async Task RecordAsync(CancellationToken stoppingToken)
    {
        var slowest = feed.TakeSlowest();
        if (feed.Latest is not { Stats.Totals: { } totals } latest
            || !await reader.IsSelfFirstAsync(stoppingToken).ConfigureAwait(false))
        {
            return;
        }

        var row = new SampleRow
        {
            At = latest.At,
            Accepted = totals.Processing + totals.Processed + totals.Failed,
            Processed = totals.Processed,
            Failed = totals.Failed + totals.Retried,
            Processing = totals.Processing,
            Oldest = (long?)latest.Stats.OldestUnprocessed?.TotalMilliseconds,
            AcceptP99 = (long?)slowest?.TotalMicroseconds,
        };
        var least = _options.RecordInterval / 2;
        await RecordAsync(row, new SampleGrain(_options.RecordInterval, least, _options.RecordAge))
            .ConfigureAwait(false);
        await RecordAsync(
            row with { Grain = SampleRow.Coarse },
            new SampleGrain(_options.CoarseInterval, _options.CoarseInterval - least, _options.CoarseAge))
            .ConfigureAwait(false);
    }

    private ValueTask<int> RecordAsync(SampleRow row, SampleGrain grain) =>
        writes.Enqueue(new RecordSampleRequest(row, grain) { Deadline = writes.NextDeadline });

    private void NoteFault(Exception exception, CancellationToken stoppingToken)
    {
        if (exception is StoreUnavailableException || stoppingToken.IsCancellationRequested)
        {
            Log.Skipped(logger, exception.Message);
        }
        else
        {
            Log.Failed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(98, LogLevel.Debug, "A sample for the dashboard was not recorded: {Reason}")]
        public static partial void Skipped(ILogger logger, string reason);

        [LoggerMessage(99, LogLevel.Error, "A sample for the dashboard could not be recorded; the next one is tried.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
