using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Api.Dashboard;

/// <summary>The query of the history.</summary>
internal sealed class HistoryParameters
{
    private const string Default = "1h";

    private static readonly Dictionary<string, TimeSpan> Ranges = new(StringComparer.Ordinal)
    {
        [Default] = TimeSpan.FromHours(1),
        ["24h"] = TimeSpan.FromDays(1),
        ["7d"] = TimeSpan.FromDays(7),
    };

    /// <summary>1h, 24h or 7d; default 1h.</summary>
    [FromQuery(Name = "range")]
    public string? Range { get; set; }

    internal bool TryRead(out TimeSpan range, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        errors = null;
        if (Ranges.TryGetValue(Range ?? Default, out range))
        {
            return true;
        }

        errors = new Dictionary<string, string[]> { ["range"] = ["must be 1h, 24h or 7d"] };
        return false;
    }
}
