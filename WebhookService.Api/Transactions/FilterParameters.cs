using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>A filter on transactions, read as text so that each fault can be named.</summary>
internal abstract class FilterParameters : ContentParameters
{
    private const string TimeRule =
        "must be an ISO 8601 time with an offset, such as 2026-01-15T10:30:00Z (write a '+' as %2B)";

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"];

    /// <summary>PROCESSING, PROCESSED or FAILED.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    /// <summary>Only transactions from this account.</summary>
    [FromQuery(Name = "source_account")]
    public string? SourceAccount { get; set; }

    /// <summary>Only transactions to this account.</summary>
    [FromQuery(Name = "destination_account")]
    public string? DestinationAccount { get; set; }

    /// <summary>Received at this time or later.</summary>
    [FromQuery(Name = "created_from")]
    public string? CreatedFrom { get; set; }

    /// <summary>Received before this time.</summary>
    [FromQuery(Name = "created_to")]
    public string? CreatedTo { get; set; }

    /// <summary>Start of the page: copied unchanged from the Link header of the previous page.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    /// <summary>Parses the filter; faults are added to the errors under the names of their parameters.</summary>
    internal TransactionQuery ReadFilter(Dictionary<string, string[]> errors) => ReadContent(
        new TransactionQuery
        {
            Status = ReadStatus(errors),
            SourceAccount = ReadAccount("source_account", SourceAccount, errors),
            DestinationAccount = ReadAccount("destination_account", DestinationAccount, errors),
            CreatedFrom = ReadTime("created_from", CreatedFrom, errors),
            CreatedTo = ReadTime("created_to", CreatedTo, errors),
            After = ReadCursor(errors),
        },
        errors);

    /// <summary>The Link header for the page after a row: the same query with another cursor.</summary>
    internal string LinkAfter(HttpRequest request, PageCursor last)
    {
        var query = new QueryBuilder();
        Add(query, "status", Status);
        Add(query, "source_account", SourceAccount);
        Add(query, "destination_account", DestinationAccount);
        Add(query, "created_from", CreatedFrom);
        Add(query, "created_to", CreatedTo);
        AddContent(query);
        AddOwn(query);
        query.Add("cursor", CursorText.Write(last));
        return $"<{request.PathBase}{request.Path}{query}>; rel=\"next\"";
    }

    /// <summary>Adds the parameters that a query has besides the filter.</summary>
    private protected virtual void AddOwn(QueryBuilder query)
    {
    }

    private TransactionStatus? ReadStatus(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(Status))
        {
            return null;
        }

        if (!TransactionStatusNames.TryParse(Status, out var status))
        {
            errors["status"] = ["must be PROCESSING, PROCESSED or FAILED"];
        }

        return status;
    }

    // Any other invalid account finds nothing; this one is rejected by some databases.
    private static string? ReadAccount(string name, string? text, Dictionary<string, string[]> errors)
    {
        if (text?.Contains('\0') is true)
        {
            errors[name] = ["must not contain U+0000"];
        }

        return text;
    }

    private static DateTimeOffset? ReadTime(string name, string? text, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // K also matches a missing offset, which would make the time ambiguous.
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (hasOffset && DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time.ToUniversalTime();
        }

        errors[name] = [TimeRule];
        return null;
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
