using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
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
            .AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimits>()
            .AddSingleton<IConfigureOptions<SocketTransportOptions>, ConnectionLimits>()
            .AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ProxyHeaders>()
            .AddSingleton<RateLimits>()
            .AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => provider.GetRequiredService<RateLimits>())
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

    /// <summary>Authorizes and limits callers after routing, before any code of the endpoint runs.</summary>
    public static void UseSecurity(this WebApplication app, params PathString[] pages)
    {
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders(pages);
        app.UseWhen(app.Services.GetRequiredService<RateLimits>().Counts, counted => counted.UseRateLimiter());
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Allows anonymous access to actions whose policy has no secret or key.</summary>
    public static void AllowAnonymousWithoutKeys(this IEndpointConventionBuilder endpoints, IServiceProvider services)
    {
        var anonymous = services.GetRequiredService<AnonymousAccess>();
        endpoints.Add(endpoint =>
        {
            foreach (var authorize in endpoint.Metadata.OfType<IAuthorizeData>().ToArray())
            {
                if (anonymous.IsAllowed(authorize.Policy!))
                {
                    endpoint.Metadata.Remove(authorize);
                }
            }
        });
    }
}
