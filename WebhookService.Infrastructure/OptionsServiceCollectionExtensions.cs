using Microsoft.Extensions.DependencyInjection;

namespace WebhookService.Infrastructure;

/// <summary>How every section of the settings is bound.</summary>
public static class OptionsServiceCollectionExtensions
{
    /// <summary>Binds options to their section; a value that breaks its annotation stops the start.</summary>
    public static IServiceCollection AddValidOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptionsWithValidateOnStart<TOptions, AnnotationValidator<TOptions>>().BindConfiguration(section);
        return services;
    }
}
