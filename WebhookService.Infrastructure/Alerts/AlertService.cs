using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Looks regularly at what alerts are about, and posts what is new to <c>Alerts:Url</c>.</summary>
/// <remarks>
/// Every instance looks, so that it does not matter which one lives or reaches the address. The database has one row
/// for each kind: an instance first reserves it, then posts, then stores what it posted. So a kind is sent once, and a
/// restart repeats nothing; only an instance that dies between the last two steps leaves an alert to be sent again.
/// </remarks>
internal sealed partial class AlertService(
    IEnumerable<IAlertRule> rules,
    (AlertReader Reader, IAlertStates Stored) states,
    AlertClient client,
    IOptions<AlertOptions> options,
    Jitter jitter,
    TimeProvider clock,
    ILogger<AlertService> logger) : BackgroundService
{
    private readonly AlertOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Url.Length == 0)
        {
            return;
        }

        foreach (var rule in rules)
        {
            client.StartAtZero(rule.Kind);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(jitter.Shorten(_options.Interval), clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await LookAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks once for each kind.</summary>
    internal async Task LookAsync(CancellationToken stoppingToken)
    {
        foreach (var rule in rules)
        {
            await TryLookAsync(rule, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task TryLookAsync(IAlertRule rule, CancellationToken stoppingToken)
    {
        try
        {
            await LookAsync(rule, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The next look starts anew, and the other kinds do not depend on this one.
            NoteFault(rule.Kind, exception, stoppingToken);
        }
    }

    private async Task LookAsync(IAlertRule rule, CancellationToken stoppingToken)
    {
        var state = await states.Reader.FindStateAsync(rule.Kind, stoppingToken).ConfigureAwait(false);
        var change = await rule.LookAsync(state, stoppingToken).ConfigureAwait(false);
        if (change is null)
        {
            return;
        }

        if (change.Compose is null)
        {
            await states.Stored.TryStoreAsync(change.Next).ConfigureAwait(false);
            return;
        }

        var now = clock.GetUtcNow();
        if (now < state.HeldUntil || now - state.SentAt < _options.MinimumInterval)
        {
            return;
        }

        // From here on no other instance sends this kind, until this one has stored the result or has died.
        if (!await states.Stored.TryStoreAsync(state with { HeldUntil = now + client.LongestDelivery })
            .ConfigureAwait(false))
        {
            return;
        }

        var message = await change.Compose(stoppingToken).ConfigureAwait(false);
        var isDelivered = await client.DeliverAsync(message, stoppingToken).ConfigureAwait(false);
        var next = isDelivered
            ? change.Next with { SentAt = clock.GetUtcNow(), HeldUntil = null }
            : state with { HeldUntil = clock.GetUtcNow() + _options.MinimumInterval };
        await states.Stored.TryStoreAsync(next with { Version = state.Version + 1 }).ConfigureAwait(false);
    }

    private void NoteFault(string kind, Exception exception, CancellationToken stoppingToken)
    {
        if (exception is StoreUnavailableException || stoppingToken.IsCancellationRequested)
        {
            Log.Interrupted(logger, kind, exception.Message);
        }
        else
        {
            Log.Failed(logger, kind, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(122, LogLevel.Debug, "The look for {Kind} was interrupted: {Reason}")]
        public static partial void Interrupted(ILogger logger, string kind, string reason);

        [LoggerMessage(123, LogLevel.Error, "The look for {Kind} failed; the next one tries again.")]
        public static partial void Failed(ILogger logger, string kind, Exception exception);
    }
}
