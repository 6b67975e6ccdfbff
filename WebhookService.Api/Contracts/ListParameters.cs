using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Domain;

namespace WebhookService.Api.Contracts;

/// <summary>The query of the list.</summary>
public sealed class ListParameters : FilterParameters
{
    /// <summary>Most rows a page may have.</summary>
    public const int MaxLimit = 200;

    private const int DefaultLimit = 50;
    /// <summary>Rows on the page, 1 to 200; 50 if left out.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; set; }

    /// <summary>Where the page begins: taken from the Link header of the page before, as it stands.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    internal bool TryRead(out TransactionQuery query, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        query = ReadFilter(found) with { Limit = ReadLimit(found), After = ReadCursor(found) };
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    /// <summary>The header that leads to the page after a row: the same query with another cursor.</summary>
    internal string LinkAfter(HttpRequest request, Transaction last)
    {
        var query = new QueryBuilder();
        Add(query, "status", Status);
        Add(query, "source_account", SourceAccount);
        Add(query, "destination_account", DestinationAccount);
        Add(query, "created_from", CreatedFrom);
        Add(query, "created_to", CreatedTo);
        Add(query, "limit", Limit);
        query.Add("cursor", CursorText.Write(new PageCursor(last.CreatedAt, last.Sequence)));
        return $"<{request.PathBase}{request.Path}{query}>; rel=\"next\"";
    }

    private static void Add(QueryBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(name, value);
        }
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

    private PageCursor? ReadCursor(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(Cursor))
        {
            return null;
        }

        if (!CursorText.TryRead(Cursor, out var cursor))
        {
            errors["cursor"] = ["must be taken from a Link header of this list"];
        }

        return cursor;
    }
}
