using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>An OpenTelemetry collector (OTLP over HTTP) that discards what it receives.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _server;

    private Collector(WebApplication server) => _server = server;

    /// <summary>The settings that make a service export everything here.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
    ];

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.MapPost("/v1/{signal}", (HttpContext http) => http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted));
        await server.StartAsync();
        return new Collector(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
