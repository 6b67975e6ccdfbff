using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebhookService.Tests.Support;

/// <summary>Stands where the external system would: a server that notes who called for what, and when.</summary>
internal sealed class CallCounter : IAsyncDisposable
{
    private readonly WebApplication _server;

    private CallCounter(WebApplication server) => _server = server;

    public ConcurrentQueue<Call> Calls { get; } = [];

    public string Url => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<CallCounter> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var counter = new CallCounter(builder.Build());
        counter._server.MapPost("/{process}/{id}", (string process, string id) => counter.Calls.Enqueue(
            new Call(id, int.Parse(process, CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow())));
        await counter._server.StartAsync();
        return counter;
    }

    /// <summary>What a process of the service needs to tell its calls here.</summary>
    public (string Key, string Value)[] Settings() =>
        [("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "WebhookService.Tests"), (CountedCalls.Variable, Url)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>One external call, as it began.</summary>
    public sealed record Call(string Id, int Process, DateTimeOffset At);
}
