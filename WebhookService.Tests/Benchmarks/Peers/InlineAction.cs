using WebhookService.Api.Transport;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The empty action again, with its sockets read in the same way as the service's.</summary>
internal static class InlineAction
{
    public static Task<int> RunAsync(string port) =>
        PeerHost.RunAsync<EmptyActionController>(port, builder => builder.Services.AddInlineTransport());
}
