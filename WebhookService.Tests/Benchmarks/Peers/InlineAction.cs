using WebhookService.Api.Transport;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The empty action again, its sockets read the way the service reads its own.</summary>
internal static class InlineAction
{
    public static Task<int> RunAsync(string port) =>
        PeerHost.RunAsync<EmptyActionController>(port, builder => builder.Services.AddInlineTransport());
}
