using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using WebhookService.Api.Security;

namespace WebhookService.Api.OpenApi;

/// <summary>Describes the authentication that each call requires, so that the page's Authorize button works.</summary>
internal sealed class AccessDescription(AnonymousAccess anonymous) : IOperationFilter, IDocumentFilter
{
    private const string Bearer = "Bearer";
    private const string ApiKey = "ApiKey";
    private const string Webhook = "Webhook";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var policy = context.MethodInfo.GetCustomAttributes(inherit: true)
            .Concat(context.MethodInfo.DeclaringType?.GetCustomAttributes(inherit: true) ?? [])
            .OfType<AuthorizeAttribute>().FirstOrDefault()?.Policy;
        if (policy is null || anonymous.IsAllowed(policy))
        {
            return;
        }

        string[] schemes = policy == Access.Send ? [Webhook] : [Bearer, ApiKey];
        operation.Security =
        [
            .. schemes.Select(scheme => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
            }),
        ];
        if (policy != Access.Send)
        {
            operation.Responses!["401"] = new OpenApiResponse { Description = "No valid API key." };
        }

        if (policy == Access.Operate)
        {
            operation.Responses!["403"] = new OpenApiResponse { Description = "The key has the scope read only." };
        }
    }

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var components = swaggerDoc.Components ??= new OpenApiComponents();
        components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        if (!anonymous.IsAllowed(Access.Read))
        {
            components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key with the scope read or operate. Send it in this header or in X-Api-Key.",
            };
            components.SecuritySchemes[ApiKey] = InHeader(
                ApiKeyRing.Header, "The same API key, in its own header.");
        }

        if (!anonymous.IsAllowed(Access.Send))
        {
            components.SecuritySchemes[Webhook] = InHeader(
                WebhookVerifier.SignatureHeader,
                $"A {WebhookVerifier.Scheme} signature. Enter the secret here: this page signs each request "
                + "with it in your browser and never sends it. Browsers allow this on localhost and over HTTPS only.");
        }
    }

    private static OpenApiSecurityScheme InHeader(string header, string description) => new()
    {
        Type = SecuritySchemeType.ApiKey,
        In = ParameterLocation.Header,
        Name = header,
        Description = description,
    };
}
