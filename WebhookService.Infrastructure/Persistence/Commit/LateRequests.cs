namespace WebhookService.Infrastructure.Persistence.Commit;

/// <summary>Who waits beyond the deadline at one moment, and when the next one will.</summary>
internal sealed class LateRequests(long now)
{
    public long Now { get; } = now;

    public List<WriteRequest> Requests { get; } = [];

    /// <summary>The earliest deadline still to come; null when nobody waits for one.</summary>
    public long? NextDeadline { get; private set; }

    /// <summary>Looks through requests in order of arrival.</summary>
    public void Find(IEnumerable<WriteRequest> requests)
    {
        foreach (var request in requests)
        {
            if (request.IsSettled || !request.HasDeadline)
            {
                continue;
            }

            // Deadlines rise with arrival, so the first one still to come ends the search.
            if (request.Deadline > Now)
            {
                NextDeadline = Math.Min(NextDeadline ?? long.MaxValue, request.Deadline);
                return;
            }

            Requests.Add(request);
        }
    }
}
