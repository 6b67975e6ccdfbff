using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace WebhookService.Api.Http;

/// <summary>Binds parameters from the path and the query only.</summary>
/// <remarks>
/// MVC prefers the values of a form in the body, so that a body could retry another transaction than the one in the
/// path.
/// </remarks>
internal sealed class FormlessBinding : IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        context.ValueProviderFactories.Clear();
        context.ValueProviderFactories.Add(new RouteValueProviderFactory());
        context.ValueProviderFactories.Add(new QueryStringValueProviderFactory());
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
