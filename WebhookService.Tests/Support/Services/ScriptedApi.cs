using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using WebhookService.Tests.Support.Network;

namespace WebhookService.Tests.Support.Services;

/// <summary>An external system on a real port that records every call and answers as scripted.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, int> _counts = new();

    private ScriptedApi(WebApplication server) => _server = server;

    public ConcurrentQueue<Call> Calls { get; } = [];

    /// <summary>Answers a call, which is numbered within its transaction from 1. The default answer is 200.</summary>
    public Func<Call, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public string Url => _server.Address() + "/pay";

    public static async Task<ScriptedApi> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var api = new ScriptedApi(builder.Build());
        api._server.MapPost("{**path}", api.TakeAsync);
        await api._server.StartAsync();
        return api;
    }

    /// <summary>The calls for one transaction, in order.</summary>
    public Call[] CallsFor(string id) => [.. Calls.Where(call => call.Key == id)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static Task StatusAsync(HttpContext http, int status, string body = "")
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(body);
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var call = new Call(
            key,
            _counts.AddOrUpdate(key, 1, (_, count) => count + 1),
            await reader.ReadToEndAsync(),
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            TimeProvider.System.GetUtcNow());
        Calls.Enqueue(call);
        await Answer(call, http);
    }

    /// <summary>One received call.</summary>
    public sealed record Call(
        string Key, int Number, string Body, IReadOnlyDictionary<string, string> Headers, DateTimeOffset At)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Number}");
    }
}
