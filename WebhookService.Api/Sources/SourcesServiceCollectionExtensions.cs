using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Api.Sources;

/// <summary>Registers the configured sources.</summary>
internal static class SourcesServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="SourceCatalog"/>; resolve it before the service listens.</summary>
    public static IServiceCollection AddSources(this IServiceCollection services) => services
        .AddSingleton(_ => new CertificateClient())
        .AddSingleton<SourceFactory>()
        .AddSingleton<SourceCatalog>();
}
