using System.Reflection;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>Runs one controller as a separate service, so that each peer pays only for itself.</summary>
internal static class PeerHost
{
    public static async Task<int> RunAsync<TController>(
        string port, Action<WebApplicationBuilder>? configure = null, Action<IServiceProvider>? prepare = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://*:{port}").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddControllers().ConfigureApplicationPartManager(parts =>
        {
            parts.FeatureProviders.Clear();
            parts.FeatureProviders.Add(new Only(typeof(TController)));
        });
        configure?.Invoke(builder);
        var app = builder.Build();
        prepare?.Invoke(app.Services);
        app.MapControllers();
        await app.RunAsync();
        return 0;
    }

    private sealed class Only(Type controller) : ControllerFeatureProvider
    {
        protected override bool IsController(TypeInfo typeInfo) => typeInfo.AsType() == controller;
    }
}
