using WebhookService.Api.Sources.Mapping;
using WebhookService.Domain;

namespace WebhookService.Api.Webhooks;

/// <summary>Adds the transactions of a body and quarantines a body that cannot be understood.</summary>
internal sealed class SourceIntake(ITransactionIntake intake)
{
    /// <summary>Adds the transactions of a body; the results arrive when they are durable.</summary>
    /// <param name="reading">What the body contains.</param>
    /// <param name="quarantined">The body, if one of its events cannot be understood; null otherwise.</param>
    public SourceAdding Begin(SourceReading reading, QuarantinedEvent? quarantined)
    {
        var adds = new Task<AddOutcome>?[reading.Items.Count];
        for (var i = 0; i < adds.Length; i++)
        {
            if (reading.Items[i] is SourceItem.Accepted accepted)
            {
                adds[i] = intake.AddAsync(accepted.Transaction, accepted.Event).AsTask();
            }
        }

        var quarantining = quarantined is null ? null : intake.QuarantineAsync(quarantined).AsTask();
        return new SourceAdding(reading, adds, quarantining);
    }
}

/// <summary>The events of a body on their way to the store.</summary>
internal sealed class SourceAdding(
    SourceReading reading, Task<AddOutcome>?[] adds, Task<QuarantineOutcome>? quarantining)
{
    /// <summary>Why the first event that cannot be understood cannot be; null when all can.</summary>
    public string? FirstReason => reading.FirstQuarantined?.Reason;

    /// <summary>Waits until each event is durable, or could not be made so in time.</summary>
    public async Task<SourceResult> WaitAsync()
    {
        var events = new List<EventResponse>(adds.Length);
        var worst = AddOutcome.Added;
        for (var i = 0; i < adds.Length; i++)
        {
            switch (reading.Items[i])
            {
                case SourceItem.Accepted accepted:
                    var outcome = await adds[i]!;
                    worst = outcome == AddOutcome.Unavailable ? outcome : worst;
                    events.Add(EventResponse.Of(accepted.Transaction, outcome));
                    break;
                case SourceItem.Ignored:
                    events.Add(EventResponse.Ignored);
                    break;
                default:
                    events.Add(EventResponse.Quarantined);
                    break;
            }
        }

        var kept = quarantining is null ? QuarantineOutcome.Quarantined : await quarantining;
        return new SourceResult(
            events, worst != AddOutcome.Unavailable && kept != QuarantineOutcome.Unavailable, kept);
    }
}

/// <summary>What became of a body.</summary>
/// <param name="Events">The results in the order of the body; valid only if all are durable.</param>
/// <param name="IsDurable">Whether every event is durable; otherwise nothing may be acknowledged.</param>
/// <param name="Kept">What became of the body in the quarantine.</param>
internal sealed record SourceResult(IReadOnlyList<EventResponse> Events, bool IsDurable, QuarantineOutcome Kept);
