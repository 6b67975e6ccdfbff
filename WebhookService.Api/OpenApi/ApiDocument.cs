using Microsoft.Extensions.FileProviders;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace WebhookService.Api.OpenApi;

/// <summary>The OpenAPI document and the page at /swagger, whose examples run unchanged.</summary>
internal static class ApiDocument
{
    /// <summary>The path of the page.</summary>
    public const string Path = "/swagger";

    private const string Name = "v1";
    private const string SigningScript = "signing.js";
    private const string TitleScript = "title.js";
    private const string StyleSheet = "page.css";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) =>
        services.AddSwaggerGen(Describe);

    private static void Describe(SwaggerGenOptions swagger)
    {
        swagger.SwaggerDoc(Name, new OpenApiInfo
        {
            Title = "Transaction webhook service",
            Version = Name,
            Description = "Receives payment transactions, stores each exactly once and processes it in the background. "
                + "A 202 is a promise: the transaction is on disk.",
            License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
        });
        swagger.AddServer(new OpenApiServer { Url = "/", Description = "The service that serves this document." });
        swagger.IncludeXmlComments(typeof(ApiDocument).Assembly);
        swagger.SupportNonNullableReferenceTypes();
        swagger.NonNullableReferenceTypesAsRequired();
        swagger.OperationFilter<WebhookOperation>();
        swagger.OperationFilter<SourceOperation>();
        swagger.OperationFilter<NoteOperation>();
        swagger.OperationFilter<AccessDescription>();
        swagger.OperationFilter<QueryDescription>();
        swagger.OperationFilter<AnswerExamples>();
        swagger.DocumentFilter<AccessDescription>();
        swagger.DocumentFilter<ApiGroups>();
        swagger.SchemaFilter<TransactionExamples>();
    }

    /// <summary>Serves the OpenAPI document and its page.</summary>
    public static void UseApiDocument(this IApplicationBuilder app)
    {
        var assets = new EmbeddedFileProvider(typeof(ApiDocument).Assembly, typeof(ApiDocument).Namespace);
        app.UseSwagger();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = assets, RequestPath = Path });
        app.UseSwaggerUI(ConfigurePage);
    }

    private static void ConfigurePage(SwaggerUIOptions page)
    {
        page.SwaggerEndpoint($"/swagger/{Name}/swagger.json", "Transaction webhook service");
        page.InjectJavascript(SigningScript);
        page.InjectJavascript(TitleScript);
        page.InjectStylesheet(StyleSheet);
        page.DocumentTitle = "Transaction webhook service";
        page.EnableTryItOutByDefault();
        page.DisplayRequestDuration();
    }
}
