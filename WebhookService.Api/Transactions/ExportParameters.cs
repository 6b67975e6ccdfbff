using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>The query of an export.</summary>
internal sealed class ExportParameters : FilterParameters
{
    /// <summary>The value of <see cref="Format"/> for comma-separated values.</summary>
    internal const string Csv = "csv";

    private const string Lines = "jsonl";

    /// <summary>csv or jsonl.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; set; }

    internal bool TryRead(out TransactionQuery query, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        query = ReadFilter(found) with { Limit = ListParameters.MaxLimit };
        if (Format is not (Csv or Lines))
        {
            found["format"] = [$"must be {Csv} or {Lines}"];
        }

        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    private protected override void AddOwn(QueryBuilder query) => Add(query, "format", Format);
}
