using System.Diagnostics.CodeAnalysis;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>The query of a bulk call for failed transactions.</summary>
/// <remarks>A retry moves money, so no parameter is silently ignored.</remarks>
internal sealed class FailedParameters : FilterParameters
{
    internal bool TryRead(
        IQueryCollection sent,
        out TransactionQuery filter,
        [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        filter = ReadFilter(found);
        foreach (var (name, values) in sent)
        {
            if (string.IsNullOrEmpty(values))
            {
                found[name] = ["must have a value"];
            }
        }

        if (filter.Status is not (null or TransactionStatus.Failed))
        {
            found["status"] = ["must be FAILED: the call changes no others"];
        }

        errors = found.Count > 0 ? found : null;
        return errors is null;
    }
}
