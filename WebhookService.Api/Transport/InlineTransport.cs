using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using WebhookService.Api.Http;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Transport;

/// <summary>
/// Runs a request on the thread that read it from its socket, if its action is marked as never blocking: a switch to
/// the pool costs more than a webhook's work. Figures: docs/decisions/0006-host-settings.md.
/// </summary>
internal static class InlineTransport
{
    /// <summary>Variables that the runtime reads at its first socket. One thread outpaces any disk.</summary>
    public static readonly (string Name, string Value)[] RuntimeSwitches =
    [
        ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
        ("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1"),
    ];

    private const int FewCores = 2;

    /// <summary>
    /// Turns it on where it is faster, unless <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=0</c> is set. Call it
    /// before anything opens a socket.
    /// </summary>
    public static void UseInlineTransport(this WebApplicationBuilder builder)
    {
        if (Pays(builder.Configuration, Assembly.GetEntryAssembly(), Environment.ProcessorCount)
            && RuntimeSwitches.All(SetUnlessSet))
        {
            builder.Services.AddInlineTransport();
        }
    }

    /// <summary>Runs requests on the thread that read them, and answers there too.</summary>
    public static void AddInlineTransport(this IServiceCollection services) =>
        services.AddSingleton<SocketThread>()
            .AddSingleton(provider => new AnswerThreads(provider.GetRequiredService<SocketThread>(), 1))
            .Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);

    /// <summary>Whether it is faster, and all sockets of the process belong to its own requests.</summary>
    /// <remarks>
    /// With more than two cores there is room for the pool. The switches apply to every socket of the process, also
    /// to those of a test host, a database server, the external system and a telemetry collector, whose continuations
    /// may wait for another answer, on the one thread that would deliver it.
    /// </remarks>
    public static bool Pays(IConfiguration configuration, Assembly? entry, int cores) =>
        cores <= FewCores
        && entry == typeof(InlineTransport).Assembly
        && configuration["DATABASE_URL"]?.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase) is not false
        && string.IsNullOrEmpty(configuration["ExternalApi:Url"])
        && !configuration.AsEnumerable().Any(setting => !string.IsNullOrEmpty(setting.Value)
            && setting.Key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.OrdinalIgnoreCase)
            && setting.Key.EndsWith("ENDPOINT", StringComparison.OrdinalIgnoreCase));

    /// <summary>Sends requests to the thread pool unless marked with <see cref="NeverBlocksAttribute"/>.</summary>
    public static void UseInlineTransport(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<SocketThread>() is not null)
        {
            app.Use(next => context => context.GetEndpoint()?.Metadata.GetMetadata<NeverBlocksAttribute>() is null
                ? RunOnPoolAsync(next, context)
                : LeaveOnceAnswered(next(context)));
        }
    }

    private static bool SetUnlessSet((string Name, string Value) it)
    {
        Environment.SetEnvironmentVariable(it.Name, Environment.GetEnvironmentVariable(it.Name) ?? it.Value);
        return Environment.GetEnvironmentVariable(it.Name) == it.Value;
    }

    // After an immediate answer, such as a refusal, the connection's next request may already be there. A client that
    // pipelines requests must not keep the thread that reads for all.
    private static Task LeaveOnceAnswered(Task running) => running.IsCompletedSuccessfully ? LeaveAsync() : running;

    private static async Task RunOnPoolAsync(RequestDelegate next, HttpContext context)
    {
        await Task.Yield();
        await next(context);
    }

    // Through the global queue, as Yield does: a pool thread serves its own queue first, so clients that pipeline would
    // occupy the pool.
    private static async Task LeaveAsync() => await Task.Yield();
}
