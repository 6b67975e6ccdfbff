using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WebhookService.Api.Security.Keys;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Security;

/// <summary>Adds the authentication and authorization that <see cref="Access"/> names.</summary>
internal static class SecurityServiceCollectionExtensions
{
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddValidOptions<SecurityOptions>("Security").AddValidOptions<LimitsOptions>("Limits");
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>()
            .AddSingleton<RateLimits>()
            .AddSingleton<Refusals>()
            .AddSingleton<ApiKeyRing>()
            .AddSingleton<WebhookVerifier>()
            .AddSingleton<AnonymousAccess>()
            .AddRateLimiter();

        // Only the core: the rest is for cookies and would write its own keys to the disk.
        services.AddTransient<ApiKeyHandler>().AddTransient<WebhookSignatureHandler>().AddAuthenticationCore(schemes =>
        {
            schemes.AddScheme<ApiKeyHandler>(Access.ApiKey, displayName: null);
            schemes.AddScheme<WebhookSignatureHandler>(Access.Webhook, displayName: null);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(Access.Send, policy => policy.AddAuthenticationSchemes(Access.Webhook)
                .RequireAuthenticatedUser())
            .AddPolicy(Access.Read, policy => policy.AddAuthenticationSchemes(Access.ApiKey)
                .RequireAuthenticatedUser())
            .AddPolicy(Access.Operate, policy => policy.AddAuthenticationSchemes(Access.ApiKey)
                .RequireClaim(Access.ScopeClaim, ApiKey.Operate));
        return services;
    }

    /// <summary>Limits the connections of the web server, which belong to this service alone.</summary>
    public static IServiceCollection AddConnectionLimits(this IServiceCollection services) => services
        .AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimits>()
        .AddSingleton<IConfigureOptions<SocketTransportOptions>, ConnectionLimits>();

    /// <summary>Limits callers after routing, before any code of the endpoint runs.</summary>
    public static void UseCallerLimits(this IApplicationBuilder app, params PathString[] pages)
    {
        var security = app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (security.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders(ProxyHeaders.Trust(security.KnownProxies));
        }

        app.UseSecurityHeaders(pages);
        var limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.UseWhen(limits.Counts, counted => counted.UseRateLimiter(limits.CreateOptions()));
    }

    /// <summary>Allows anonymous access to actions whose policy has no secret or key.</summary>
    public static void AllowAnonymousWithoutKeys(this IEndpointConventionBuilder endpoints, IServiceProvider services)
    {
        var anonymous = services.GetRequiredService<AnonymousAccess>();
        endpoints.Add(endpoint =>
        {
            foreach (var authorize in endpoint.Metadata.OfType<IAuthorizeData>().ToArray())
            {
                if (authorize.Policy is Access.Send or Access.Read or Access.Operate
                    && anonymous.IsAllowed(authorize.Policy))
                {
                    endpoint.Metadata.Remove(authorize);
                }
            }
        });
    }
}
