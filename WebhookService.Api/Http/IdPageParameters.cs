using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Transactions;

namespace WebhookService.Api.Http;

/// <summary>A page of a list that is ordered by id, newest first.</summary>
internal abstract class IdPageParameters
{
    private const int DefaultLimit = 50;

    /// <summary>Rows on the page, 1 to 200; 50 if omitted.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; set; }

    /// <summary>Where the page begins, from the `Link` header of the page before.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    /// <summary>Parses the page; faults are added to the errors under the names of their parameters.</summary>
    internal IdPage ReadPage(Dictionary<string, string[]> errors)
    {
        var limit = DefaultLimit;
        if (!string.IsNullOrEmpty(Limit)
            && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > ListParameters.MaxLimit))
        {
            errors["limit"] = [$"must be from 1 to {ListParameters.MaxLimit}"];
        }

        var before = 0L;
        if (!string.IsNullOrEmpty(Cursor)
            && !long.TryParse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            errors["cursor"] = ["must be the cursor of a Link header"];
        }

        return new IdPage(string.IsNullOrEmpty(Cursor) ? null : before, limit);
    }

    /// <summary>The Link header for the page after an id: the same query with another cursor.</summary>
    private protected string LinkAfter(HttpRequest request, long id, string filter, string? value)
    {
        var query = new QueryBuilder();
        Add(query, filter, value);
        Add(query, "limit", Limit);
        query.Add("cursor", id.ToString(CultureInfo.InvariantCulture));
        return $"<{request.PathBase}{request.Path}{query}>; rel=\"next\"";
    }

    private static void Add(QueryBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(name, value);
        }
    }
}

/// <summary>A page: the ids below one, at most so many.</summary>
internal readonly record struct IdPage(long? Before, int Limit);
