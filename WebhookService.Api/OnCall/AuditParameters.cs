using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Http;

namespace WebhookService.Api.OnCall;

/// <summary>The query of the audit.</summary>
internal sealed class AuditParameters : IdPageParameters
{
    /// <summary>Only actions with this target, such as the id of a transaction.</summary>
    [FromQuery(Name = "target")]
    public string? Target { get; set; }

    internal bool TryRead(out AuditPage page, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        Dictionary<string, string[]> found = [];
        var (before, limit) = ReadPage(found);
        if (Target?.Contains('\0') is true)
        {
            found["target"] = ["must not contain U+0000"];
        }

        page = new AuditPage(string.IsNullOrEmpty(Target) ? null : Target, before, limit);
        errors = found.Count > 0 ? found : null;
        return errors is null;
    }

    internal string LinkAfter(HttpRequest request, long id) => LinkAfter(request, id, "target", Target);
}

/// <summary>A page of the audit.</summary>
internal readonly record struct AuditPage(string? Target, long? Before, int Limit);
