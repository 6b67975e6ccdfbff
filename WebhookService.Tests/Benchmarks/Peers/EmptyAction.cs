using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The ceiling: an MVC action that does nothing, under the host settings of the service.</summary>
internal static class EmptyAction
{
    public static Task<int> RunAsync(string port) => PeerHost.RunAsync<EmptyActionController>(port, _ => { });
}

[Route("v1/webhooks/transactions")]
public sealed class EmptyActionController : ControllerBase
{
    [HttpPost]
    public IActionResult Receive() => Accepted();
}
