using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace WebhookService.Api.Demo;

/// <summary>A realistic external system: slow, at times unavailable, and at times rejecting permanently.</summary>
internal sealed class DemoBank : IAsyncDisposable
{
    private const double AwayShare = 0.06;
    private const double RefusedShare = 0.02;

    private static readonly TimeSpan Fastest = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(2.5);

    private readonly WebApplication _server;

    private DemoBank(WebApplication server) => _server = server;

    public string Url =>
        _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Listens on a free local port; the service's settings do not apply to it.</summary>
    public static async Task<DemoBank> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, LifetimeOfTheDemo>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        var bank = new DemoBank(builder.Build());
        bank._server.Run(AnswerAsync);
        await bank._server.StartAsync();
        return bank;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var time = Fastest + (Random.Shared.NextDouble() * (Slowest - Fastest));
        await Task.Delay(time, TimeProvider.System, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (status, text) = Random.Shared.NextDouble() switch
        {
            < AwayShare => (StatusCodes.Status503ServiceUnavailable, "Busy; try again later."),
            < AwayShare + RefusedShare => (StatusCodes.Status422UnprocessableEntity, "The destination is closed."),
            _ => (StatusCodes.Status200OK, ""),
        };
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text, CancellationToken.None);
    }

    // A host's default lifetime would handle the signals that are meant for the service.
    private sealed class LifetimeOfTheDemo : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
