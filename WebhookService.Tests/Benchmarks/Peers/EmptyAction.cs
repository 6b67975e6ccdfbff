using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The ceiling: an MVC action that does nothing, with the service's GC and thread pool settings.</summary>
internal static class EmptyAction
{
    public static Task<int> RunAsync(string port) => PeerHost.RunAsync<EmptyActionController>(port);
}

[Route("v1/webhooks/transactions")]
public sealed class EmptyActionController : ControllerBase
{
    [HttpPost]
    public IActionResult Receive() => Accepted();
}
