using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Api.Transport;

/// <summary>
/// Runs a request on the thread that read it from its socket, if its action is marked as never blocking.
/// </summary>
/// <remarks>
/// The webhook does a few microseconds of work and then waits for its commit. Handing it to a pool thread first costs
/// a thread switch, which is more than the work; see docs/decisions/0006-host-settings.md. Everything else goes to the
/// pool at once: a request that blocks the socket thread blocks every other sender.
/// </remarks>
internal static class InlineTransport
{
    /// <summary>
    /// Environment variables that the runtime reads once, when the first socket is created; it has no other kind of
    /// setting for this. One thread reads more requests than any disk can store; a second would only add switches.
    /// </summary>
    public static readonly (string Name, string Value)[] RuntimeSwitches =
    [
        ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
        ("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1"),
    ];

    private const int FewCores = 2;

    /// <summary>Turns it on where it is faster. Call it before anything opens a socket.</summary>
    /// <remarks>
    /// An operator's own value stays: <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=0</c> turns it off.
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

    /// <summary>Whether it is faster, and all sockets of the process belong to its own requests.</summary>
    /// <remarks>
    /// With one or two cores, one reads and answers while the other commits, and pool threads would only compete with
    /// them; with more cores there is room for the pool. The switches apply to every socket of the process. A test
    /// host's sockets are not the service's to change, and code that continues after an answer of a database, the
    /// external system or a telemetry collector may wait for another answer, on the one thread that would deliver it.
    /// </remarks>
    public static bool Pays(IConfiguration configuration, Assembly? entry, int cores) =>
        cores <= FewCores
        && entry == typeof(InlineTransport).Assembly
        && configuration["DATABASE_URL"]?.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase) is not false
        && string.IsNullOrEmpty(configuration["ExternalApi:Url"])
        && !configuration.AsEnumerable().Any(
            setting => IsCollector(setting.Key) && !string.IsNullOrEmpty(setting.Value));

    /// <summary>Sends requests to the thread pool unless marked with <see cref="NeverBlocksAttribute"/>.</summary>
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

/// <summary>Marks an action that does little work before it waits asynchronously.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeverBlocksAttribute : Attribute;
