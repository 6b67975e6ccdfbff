using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace WebhookService.Api.Documentation;

/// <summary>The OpenAPI document and the page at /swagger, whose examples run as they stand.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) =>
        services.AddSwaggerGen(Describe);

    private static void Describe(SwaggerGenOptions swagger)
    {
        swagger.SwaggerDoc(Name, new OpenApiInfo
        {
            Title = "Transaction webhook service",
            Version = Name,
            Description = "Takes payment transactions, keeps each exactly once and processes it in the background. "
                + "A 202 is a promise: the transaction is on disk.",
        });
        swagger.IncludeXmlComments(typeof(ApiDocument).Assembly, includeControllerXmlComments: true);
        swagger.OperationFilter<WebhookOperation>();
        swagger.SchemaFilter<TransactionExamples>();
    }

    public static void ConfigurePage(SwaggerUIOptions page)
    {
        page.SwaggerEndpoint($"/swagger/{Name}/swagger.json", "Transaction webhook service");
        page.DocumentTitle = "Transaction webhook service";
        page.EnableTryItOutByDefault();
        page.DisplayRequestDuration();
    }
}
