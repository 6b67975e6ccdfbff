using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using WebhookService.Tests.Support.Network;

namespace WebhookService.Tests.Support.Services;

/// <summary>A server in place of the external system that records the id, process and time of every call.</summary>
internal sealed class CallCounter : IAsyncDisposable
{
    private readonly WebApplication _server;

    private CallCounter(WebApplication server) => _server = server;

    public ConcurrentQueue<Call> Calls { get; } = [];

    public string Url => _server.Address();

    public static async Task<CallCounter> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var counter = new CallCounter(builder.Build());
        counter._server.MapPost("/{process}/{id}", (string process, string id) => counter.Calls.Enqueue(
            new Call(id, int.Parse(process, CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow())));
        await counter._server.StartAsync();
        return counter;
    }

    /// <summary>The settings with which a service process reports its calls to this server.</summary>
    public (string Key, string Value)[] Settings() =>
        [("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "WebhookService.Tests"), (CountedCalls.Variable, Url)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>One external call, recorded when it began.</summary>
    public sealed record Call(string Id, int Process, DateTimeOffset At);
}
