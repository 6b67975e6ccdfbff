using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Sources;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>The part of a filter that no index serves: what transactions contain, and what became of them.</summary>
internal abstract class ContentParameters
{
    /// <summary>An ISO 4217 code, in either case.</summary>
    [FromQuery(Name = "currency")]
    public string? Currency { get; set; }

    /// <summary>This amount or more.</summary>
    [FromQuery(Name = "amount_min")]
    public string? AmountMin { get; set; }

    /// <summary>This amount or less.</summary>
    [FromQuery(Name = "amount_max")]
    public string? AmountMax { get; set; }

    /// <summary>Only FAILED transactions whose reason contains this text.</summary>
    [FromQuery(Name = "failure_reason")]
    public string? FailureReason { get; set; }

    /// <summary>true: only transactions under whose id other content was received; false: only others.</summary>
    [FromQuery(Name = "has_conflict")]
    public string? HasConflict { get; set; }

    /// <summary>true: only FAILED transactions that are dismissed; false: only others.</summary>
    [FromQuery(Name = "dismissed")]
    public string? Dismissed { get; set; }

    /// <summary>Only transactions of this source; "transactions" is this service's own format.</summary>
    [FromQuery(Name = "source")]
    public string? Source { get; set; }

    /// <summary>Adds this part to a filter, and faults to the errors under the names of their parameters.</summary>
    private protected TransactionQuery ReadContent(TransactionQuery query, Dictionary<string, string[]> errors)
    {
        if (FailureReason?.Contains('\0') is true)
        {
            errors["failure_reason"] = ["must not contain U+0000"];
        }

        return query with
        {
            Currency = ReadCurrency(errors),
            AmountMin = ReadAmount("amount_min", AmountMin, errors),
            AmountMax = ReadAmount("amount_max", AmountMax, errors),
            FailureReason = string.IsNullOrEmpty(FailureReason) ? null : FailureReason,
            HasConflict = ReadFlag("has_conflict", HasConflict, errors),
            IsDismissed = ReadFlag("dismissed", Dismissed, errors),
            Source = ReadSource(errors),
        };
    }

    /// <summary>Adds this part to the address of another page.</summary>
    private protected void AddContent(QueryBuilder query)
    {
        Add(query, "currency", Currency);
        Add(query, "amount_min", AmountMin);
        Add(query, "amount_max", AmountMax);
        Add(query, "failure_reason", FailureReason);
        Add(query, "has_conflict", HasConflict);
        Add(query, "dismissed", Dismissed);
        Add(query, "source", Source);
    }

    private protected static void Add(QueryBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(name, value);
        }
    }

    private string? ReadCurrency(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(Currency))
        {
            return null;
        }

        if (!CurrencyCodes.TryGet(Currency, out var code))
        {
            errors["currency"] = ["must be an active ISO 4217 code"];
        }

        return code;
    }

    private string? ReadSource(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(Source))
        {
            return null;
        }

        // A source that is no longer configured still has its transactions.
        if (Source != SourceEvent.PlainSource && !SourceName.IsValid(Source))
        {
            errors["source"] = [$"must be {SourceName.Rule}"];
        }

        return Source;
    }

    private static decimal? ReadAmount(string name, string? text, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!Amount.TryParse(Encoding.UTF8.GetBytes(text), out var amount))
        {
            errors[name] = [Amount.Rule];
        }

        return amount;
    }

    private static bool? ReadFlag(string name, string? text, Dictionary<string, string[]> errors)
    {
        switch (text)
        {
            case null or "":
                return null;
            case "true" or "false":
                return text == "true";
            default:
                errors[name] = ["must be true or false"];
                return null;
        }
    }
}
