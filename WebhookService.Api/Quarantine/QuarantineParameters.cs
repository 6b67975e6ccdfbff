using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Http;
using WebhookService.Api.Sources;

namespace WebhookService.Api.Quarantine;

/// <summary>The query of the quarantine's list.</summary>
internal sealed class QuarantineParameters : IdPageParameters
{
    /// <summary>Only bodies of this source.</summary>
    [FromQuery(Name = "source")]
    public string? Source { get; set; }

    internal bool TryRead(
        out QuarantinePage page, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        var (before, limit) = ReadPage(found);
        SourceFilter.Check(Source, found);
        page = new QuarantinePage(string.IsNullOrEmpty(Source) ? null : Source, before, limit);
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    internal string LinkAfter(HttpRequest request, long id) => LinkAfter(request, id, "source", Source);
}

/// <summary>The query of a bulk replay.</summary>
internal sealed class ReplayParameters
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
