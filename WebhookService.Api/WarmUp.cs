using System.Linq.Expressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api;

/// <summary>Does in parallel with the start, on another core, what the first webhook would wait for.</summary>
/// <remarks>
/// Nothing waits for it, and without it only the timing differs: code is loaded and compiled when it first
/// runs.
/// </remarks>
internal static class WarmUp
{
    /// <summary>Loads code that needs neither settings nor services.</summary>
    public static void Begin() => Task.Run(() =>
    {
        TransactionParser.Parse("""
            {"transaction_id":"a","source_account":"b","destination_account":"c","amount":1.50,"currency":"INR"}
            """u8, DateTimeOffset.UnixEpoch);

        // MVC calls an action through a compiled expression.
        Expression<Func<string, int>> any = text => text.Length;
        any.Compile();
    });

    /// <summary>Has MVC compile the call of the action.</summary>
    public static void BeginAction(IServiceProvider services) => Task.Run(() =>
    {
        var receive = services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
            .OfType<ControllerActionDescriptor>()
            .First(action => action.ControllerTypeInfo == typeof(WebhooksController));
        services.GetRequiredService<IActionInvokerFactory>().CreateInvoker(
            new ActionContext(new DefaultHttpContext { RequestServices = services }, new RouteData(), receive));
    });
}
