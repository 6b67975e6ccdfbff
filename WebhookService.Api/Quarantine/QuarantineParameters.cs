using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Sources;
using WebhookService.Api.Transactions;

namespace WebhookService.Api.Quarantine;

/// <summary>The query of the quarantine's list.</summary>
public sealed class QuarantineParameters
{
    private const int DefaultLimit = 50;

    /// <summary>Only bodies of this source.</summary>
    [FromQuery(Name = "source")]
    public string? Source { get; set; }

    /// <summary>Rows on the page, 1 to 200; 50 if omitted.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; set; }

    /// <summary>Where the page begins, from the `Link` header of the page before.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    internal bool TryRead(
        out QuarantinePage page, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        var limit = DefaultLimit;
        if (!string.IsNullOrEmpty(Limit)
            && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > ListParameters.MaxLimit))
        {
            found["limit"] = [$"must be from 1 to {ListParameters.MaxLimit}"];
        }

        var before = 0L;
        if (!string.IsNullOrEmpty(Cursor)
            && !long.TryParse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            found["cursor"] = ["must be the cursor of a Link header"];
        }

        SourceFilter.Check(Source, found);
        page = new QuarantinePage(
            string.IsNullOrEmpty(Source) ? null : Source, string.IsNullOrEmpty(Cursor) ? null : before, limit);
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    internal string LinkAfter(HttpRequest request, long id)
    {
        var query = new QueryBuilder();
        Add(query, "source", Source);
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

/// <summary>The query of a bulk replay.</summary>
public sealed class ReplayParameters
{
    /// <summary>Only bodies of this source.</summary>
    [FromQuery(Name = "source")]
    public string? Source { get; set; }

    internal bool TryRead(out string? source, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        SourceFilter.Check(Source, found);
        source = string.IsNullOrEmpty(Source) ? null : Source;
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }
}

/// <summary>The parameter <c>source</c>. A source that is no longer configured may still have bodies.</summary>
internal static class SourceFilter
{
    public static void Check(string? source, Dictionary<string, string[]> errors)
    {
        if (!string.IsNullOrEmpty(source) && !SourceName.IsValid(source))
        {
            errors["source"] = [$"must be {SourceName.Rule}"];
        }
    }
}

/// <summary>A page of the quarantine.</summary>
internal readonly record struct QuarantinePage(string? Source, long? Before, int Limit);
