using System.Linq.Expressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using WebhookService.Api.Webhooks;

namespace WebhookService.Api;

/// <summary>Does beside the start, on another core, what the first webhook would have to wait for.</summary>
/// <remarks>
/// Nobody waits for it, and nothing is different without it but the time: code is loaded and compiled when it is first
/// run.
/// </remarks>
internal static class WarmUp
{
    /// <summary>Loads what needs neither settings nor services.</summary>
    public static void Begin() => Task.Run(() =>
    {
        TransactionParser.Parse("""
            {"transaction_id":"a","source_account":"b","destination_account":"c","amount":1.50,"currency":"INR"}
            """u8, DateTimeOffset.UnixEpoch);

        // MVC calls an action through a compiled expression.
        Expression<Func<string, int>> any = text => text.Length;
        any.Compile();
    });

    /// <summary>Has MVC compile how the action is called.</summary>
    public static void BeginAction(IServiceProvider services) => Task.Run(() =>
    {
        var receive = services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
            .OfType<ControllerActionDescriptor>()
            .First(action => action.ControllerTypeInfo == typeof(WebhooksController));
        services.GetRequiredService<IActionInvokerFactory>().CreateInvoker(
            new ActionContext(new DefaultHttpContext { RequestServices = services }, new RouteData(), receive));
    });
}
