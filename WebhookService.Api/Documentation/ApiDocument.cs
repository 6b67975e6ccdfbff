using Microsoft.Extensions.FileProviders;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace WebhookService.Api.Documentation;

/// <summary>The OpenAPI document and the page at /swagger, whose examples run as they stand.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    /// <summary>Where it is served.</summary>
    public const string Path = "/swagger";

    private const string SigningScript = "signing.js";

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
        swagger.OperationFilter<AccessDescription>();
        swagger.DocumentFilter<AccessDescription>();
        swagger.SchemaFilter<TransactionExamples>();
    }

    /// <summary>Serves the OpenAPI document and its page.</summary>
    public static void UseApiDocument(this IApplicationBuilder app)
    {
        var scripts = new EmbeddedFileProvider(typeof(ApiDocument).Assembly, typeof(ApiDocument).Namespace);
        app.UseSwagger();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = scripts, RequestPath = Path });
        app.UseSwaggerUI(ConfigurePage);
    }

    private static void ConfigurePage(SwaggerUIOptions page)
    {
        page.SwaggerEndpoint($"/swagger/{Name}/swagger.json", "Transaction webhook service");
        page.InjectJavascript(SigningScript);
        page.DocumentTitle = "Transaction webhook service";
        page.EnableTryItOutByDefault();
        page.DisplayRequestDuration();
    }
}
