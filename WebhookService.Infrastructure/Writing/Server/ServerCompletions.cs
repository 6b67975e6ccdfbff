using System.Data.Common;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing.Requests;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>The completions of a batch, and the outcome of each.</summary>
internal sealed class ServerCompletions(IServerDialect dialect)
{
    private readonly List<CompleteRequest> _sent = [];

    /// <summary>The completions to send.</summary>
    public IReadOnlyList<Completion> Begin(IEnumerable<WriteRequest> requests)
    {
        _sent.Clear();
        _sent.AddRange(requests.OfType<CompleteRequest>());
        return _sent.ConvertAll(request => request.Completion);
    }

    /// <summary>Reads which completions were written.</summary>
    public void ReadApplied(DbDataReader reader) => Note(reader, TransitionOutcome.Applied);

    /// <summary>
    /// Finds the completions that ended their claims themselves, in a commit whose answer was lost. The batch is
    /// committed by now.
    /// </summary>
    public void RecognizeRepeats(DbConnection connection, long instance)
    {
        _sent.RemoveAll(request => request.Outcome != TransitionOutcome.Superseded);
        if (_sent.Count > 0)
        {
            var find = dialect.FindCompleted(0, _sent.ConvertAll(request => request.Completion), instance);
            using var reader = dialect.Execute(connection, [find]);
            Note(reader, TransitionOutcome.Repeated);
            while (reader.NextResult())
            {
            }
        }
    }

    private void Note(DbDataReader reader, TransitionOutcome found)
    {
        var claims = ServerRoundTrip.ReadClaims(reader);
        foreach (var request in _sent)
        {
            // Once each: a batch may contain the same completion twice.
            var isFound = claims.Remove((request.Completion.TransactionId, request.Completion.Claim));
            request.Outcome = isFound ? found : TransitionOutcome.Superseded;
        }
    }
}
