using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing;

/// <summary>A search for requests whose deadline has passed, and for the next deadline to come.</summary>
internal sealed class LateRequests(long now)
{
    public long Now { get; } = now;

    /// <summary>The late requests.</summary>
    public List<WriteRequest> Found { get; } = [];

    /// <summary>The earliest deadline still to come; the largest value when there is none.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    public void FindIn(IEnumerable<WriteRequest> requests)
    {
        foreach (var request in requests)
        {
            if (request.IsCompleted || !request.HasDeadline)
            {
                continue;
            }

            // Deadlines rise with arrival, so the first future one ends the search.
            if (request.Deadline > Now)
            {
                NextDeadline = Math.Min(NextDeadline, request.Deadline);
                return;
            }

            Found.Add(request);
        }
    }
}
