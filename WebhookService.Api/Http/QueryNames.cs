using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebhookService.Api.Problems;

namespace WebhookService.Api.Http;

/// <summary>
/// Rejects query parameters that are unknown or given twice: a misspelt filter would otherwise silently find, or
/// retry, other transactions.
/// </summary>
/// <remarks>Webhooks and probes may have any query.</remarks>
internal static class QueryNames
{
    private const string Checked = "/v1";
    private const string Unchecked = "/v1/webhooks";

    /// <summary>Whether the query of a request is checked.</summary>
    public static bool AreChecked(HttpContext context) =>
        context.Request.QueryString.HasValue && IsChecked(context.Request.Path);

    /// <summary>Whether queries of a path are checked.</summary>
    public static bool IsChecked(PathString path) =>
        path.StartsWithSegments(Checked) && !path.StartsWithSegments(Unchecked);

    /// <summary>Answers 400 and names each parameter that is unknown or repeated.</summary>
    public static void UseQueryNames(this IApplicationBuilder app)
    {
        ConcurrentDictionary<string, HashSet<string>> known = [];
        app.Use(next => context =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>() is not { } action)
            {
                return next(context);
            }

            var errors = FindErrors(context.Request.Query, known.GetOrAdd(action.Id, _ => NamesOf(action)));
            return errors.Count == 0
                ? next(context)
                : context.WriteProblemAsync(
                    StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
        });
    }

    private static Dictionary<string, string[]> FindErrors(IQueryCollection query, HashSet<string> names)
    {
        Dictionary<string, string[]> errors = [];
        foreach (var (name, values) in query)
        {
            if (!names.TryGetValue(name, out var parameter))
            {
                errors[name] = ["is not a parameter of this call"];
            }
            else if (values.Count > 1)
            {
                errors[parameter] = ["must be given once"];
            }
        }

        return errors;
    }

    private static HashSet<string> NamesOf(ActionDescriptor action) => action.Parameters
        .Where(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Query)
        .SelectMany(parameter => parameter.ParameterType.GetProperties())
        .Select(property => property.GetCustomAttribute<FromQueryAttribute>()?.Name)
        .OfType<string>()
        .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
