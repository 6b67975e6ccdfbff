using Microsoft.AspNetCore.Http.Features;
using WebhookService.Api.Problems;

namespace WebhookService.Api.Http;

/// <summary>
/// Rejects paths with a segment <c>.</c> or <c>..</c>, encoded or not. The server removes such segments (RFC 3986,
/// 5.2.4), so the action for one transaction with the id <c>.</c> would become the action for all.
/// </summary>
internal static class DotSegments
{
    public static void UseNoDotSegments(this IApplicationBuilder app) => app.Use(next => context =>
        HasAny(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
            ? context.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "The path must not have a segment \".\" or \"..\", encoded or not.")
            : next(context));

    private static bool HasAny(string target)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target.AsSpan() : target.AsSpan(0, end);

        // No other path can have one, and nearly every path ends here.
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("/%", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var segment in path.Split('/'))
        {
            if (path[segment].Length <= 6 && Uri.UnescapeDataString(path[segment]) is ("." or ".."))
            {
                return true;
            }
        }

        return false;
    }
}
