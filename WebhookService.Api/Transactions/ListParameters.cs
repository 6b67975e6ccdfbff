using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>The query of the list.</summary>
internal sealed class ListParameters : FilterParameters
{
    /// <summary>Maximum number of rows on a page.</summary>
    public const int MaxLimit = 200;

    private const int DefaultLimit = 50;

    /// <summary>Rows on the page, 1 to 200; 50 if omitted.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; set; }

    internal bool TryRead(out TransactionQuery query, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        query = ReadFilter(found) with { Limit = ReadLimit(found) };
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    private int ReadLimit(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(Limit))
        {
            return DefaultLimit;
        }

        if (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || limit is < 1 or > MaxLimit)
        {
            errors["limit"] = [$"must be from 1 to {MaxLimit}"];
        }

        return limit;
    }

    private protected override void AddOwn(QueryBuilder query) => Add(query, "limit", Limit);
}
