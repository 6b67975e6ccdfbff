using Microsoft.Extensions.DependencyInjection.Extensions;
using WebhookService.Domain.Handling;
using WebhookService.Infrastructure;
using WebhookService.Infrastructure.ExternalApi;

namespace WebhookService.Api;

/// <summary>Adds the webhook service to an ASP.NET Core application.</summary>
/// <example>
/// <code>
/// var builder = WebApplication.CreateBuilder(args);
/// builder.AddTransactionWebhooks();
/// builder.Services.AddTransactionHandler&lt;MyHandler&gt;();
/// var app = builder.Build();
/// app.MapTransactionWebhooks();
/// app.Run();
/// </code>
/// </example>
public static class TransactionWebhooksExtensions
{
    /// <summary>Adds the store, the queue, the processing and the HTTP API.</summary>
    /// <remarks>
    /// The settings are those of the service, under the same names, from the application's configuration:
    /// <c>DATABASE_URL</c>, <c>Security__WebhookSecrets__0</c> and so on. What belongs to the process stays the
    /// application's: addresses, limits of the web server, logging, signals, OpenTelemetry (the meter and the activity
    /// source are both named <c>WebhookService</c>).
    /// </remarks>
    /// <param name="builder">The application to add it to.</param>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder AddTransactionWebhooks(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddWebhookInfrastructure().AddWebhookApi();
        return builder;
    }

    /// <summary>
    /// Processes transactions with a handler of the application, instead of posting them to <c>ExternalApi__Url</c>.
    /// </summary>
    /// <remarks>
    /// Each attempt resolves it in a scope of its own, so that it can use scoped services such as a DbContext. A type
    /// that is registered already keeps its lifetime. The handler that is added last applies.
    /// </remarks>
    /// <typeparam name="THandler">The handler. See <see cref="ITransactionHandler"/> for what it must do.</typeparam>
    /// <param name="services">The services to add it to.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTransactionHandler<THandler>(this IServiceCollection services)
        where THandler : class, ITransactionHandler
    {
        services.TryAddScoped<THandler>();
        return services.AddSingleton(new RegisteredHandler(typeof(THandler)));
    }

    /// <summary>Maps the API under <c>/v1</c> and the dashboard at <c>/dashboard</c>.</summary>
    /// <remarks>
    /// Call it before other middleware, and do not call <c>UseRouting</c> after it. It adds authentication and
    /// authorization, which also apply to the application's own endpoints. The health check <c>store</c> has the tag
    /// <c>ready</c>; map it with <c>MapHealthChecks</c>.
    /// </remarks>
    /// <param name="app">The application, with the services that <see cref="AddTransactionWebhooks"/> adds.</param>
    /// <returns>The application.</returns>
    /// <exception cref="Exception">A setting is invalid, or anonymous access is not allowed; the message says which.
    /// </exception>
    public static WebApplication MapTransactionWebhooks(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.CheckSettings();
        app.BeginToServe();
        app.UseWithinApplication();
        return app;
    }
}
