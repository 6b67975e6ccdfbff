using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The events of a batch that are quarantined, and the outcome of each request.</summary>
internal sealed class ServerQuarantine
{
    private readonly List<QuarantineEventRequest[]> _sent = [];

    /// <summary>
    /// The events to send: each once, ordered by source and key, so that all instances lock them in the same order.
    /// </summary>
    public IReadOnlyList<SentQuarantine> Begin(IEnumerable<WriteRequest> requests)
    {
        _sent.Clear();
        _sent.AddRange(requests
            .OfType<QuarantineEventRequest>()
            .GroupBy(request => (request.Event.Source, Key: Convert.ToHexString(request.Event.Key)))
            .OrderBy(same => same.Key.Source, StringComparer.Ordinal)
            .ThenBy(same => same.Key.Key, StringComparer.Ordinal)
            .Select(same => same.ToArray()));
        return _sent.ConvertAll(same => new SentQuarantine(
            same[0].Event, same.Length, same.Max(request => request.Event.ReceivedAt)));
    }

    /// <summary>Reads which events are stored; for the others there was no room.</summary>
    public void Read(DbDataReader reader)
    {
        foreach (var request in _sent.SelectMany(same => same))
        {
            request.Outcome = QuarantineOutcome.Full;
        }

        while (reader.Read())
        {
            var same = _sent[reader.GetInt32(0)];
            foreach (var request in same)
            {
                request.Outcome = QuarantineOutcome.Repeated;
            }

            if (reader.GetBoolean(1))
            {
                same[0].Outcome = QuarantineOutcome.Quarantined;
            }
        }
    }
}
