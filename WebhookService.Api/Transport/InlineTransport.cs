using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Transport;

/// <summary>
/// Runs a request on the thread that read it from its socket, as long as that request says it never blocks.
/// </summary>
/// <remarks>
/// The webhook does a few microseconds of work and then waits for its commit. Handing it to a pool thread first costs
/// a thread switch, which is more than the work; see docs/decisions/0006-host-settings.md. Everything else goes to the
/// pool at once, since whoever holds a socket's thread holds up every other sender.
/// </remarks>
internal static class InlineTransport
{
    /// <summary>
    /// Environment variables that the runtime reads once, when the first socket is made; it has no settings of another
    /// kind. One thread reads more requests than any disk takes, and a second is only one more to switch to.
    /// </summary>
    public static readonly (string Name, string Value)[] RuntimeSwitches =
    [
        ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
        ("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1"),
    ];

    private const int FewCores = 2;

    /// <summary>Turns it on where it pays. Call it before anything opens a socket.</summary>
    /// <remarks>
    /// What an operator has set stays: <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=0</c> turns it off.
    /// </remarks>
    public static void UseInlineTransport(this WebApplicationBuilder builder)
    {
        if (!Pays(builder.Configuration, Assembly.GetEntryAssembly(), Environment.ProcessorCount))
        {
            return;
        }

        foreach (var (name, value) in RuntimeSwitches)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        if (RuntimeSwitches.All(it => Environment.GetEnvironmentVariable(it.Name) == it.Value))
        {
            builder.Services.AddInlineTransport();
        }
    }

    /// <summary>Runs requests on the thread that read them, and answers there too.</summary>
    public static void AddInlineTransport(this IServiceCollection services) =>
        services.AddSingleton<SocketThread>()
            .AddSingleton(provider => new AnswerThreads(provider.GetRequiredService<SocketThread>(), 1))
            .Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);

    /// <summary>Whether a request may run on the thread that read it.</summary>
    public static bool IsInline(this IServiceProvider services) => services.GetService<SocketThread>() is not null;

    /// <summary>Whether it is faster, and all sockets of the process are those of its own requests.</summary>
    /// <remarks>
    /// With one or two cores one reads and answers while the other commits, and threads of the pool would only take
    /// turns with them; with more there is room for the pool. The switches hold for every socket of the process: those
    /// of a test host are none of the service's business, and what follows when a database, the external system or a
    /// collector of telemetry has answered may wait for another answer, on the one thread that would bring it.
    /// </remarks>
    public static bool Pays(IConfiguration configuration, Assembly? entry, int cores) =>
        cores <= FewCores
        && entry == typeof(InlineTransport).Assembly
        && configuration["DATABASE_URL"]?.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase) is not false
        && string.IsNullOrEmpty(configuration["ExternalApi:Url"])
        && !configuration.AsEnumerable().Any(
            setting => IsCollector(setting.Key) && !string.IsNullOrEmpty(setting.Value));

    /// <summary>Sends to the thread pool whatever is not marked with <see cref="NeverBlocksAttribute"/>.</summary>
    public static void UsePoolForWhatMayBlock(this IApplicationBuilder app) =>
        app.Use(next => context => context.GetEndpoint()?.Metadata.GetMetadata<NeverBlocksAttribute>() is null
            ? RunOnPoolAsync(next, context)
            : next(context));

    private static bool IsCollector(string key) =>
        key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.OrdinalIgnoreCase)
        && key.EndsWith("ENDPOINT", StringComparison.OrdinalIgnoreCase);

    private static async Task RunOnPoolAsync(RequestDelegate next, HttpContext context)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(context);
    }
}

/// <summary>Marks an action that does little work before it waits, and blocks no thread meanwhile.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeverBlocksAttribute : Attribute;
