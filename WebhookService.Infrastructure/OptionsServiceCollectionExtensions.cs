using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure;

/// <summary>How every section of the settings is bound.</summary>
public static class OptionsServiceCollectionExtensions
{
    /// <summary>Binds options to their section; a value that breaks its annotation stops the start.</summary>
    public static IServiceCollection AddValidOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptionsWithValidateOnStart<TOptions, AnnotationValidator<TOptions>>().BindConfiguration(section);
        return services
            .AddSingleton<IValidateOptions<TOptions>>(provider => new DurationForm<TOptions>(
                provider.GetRequiredService<IConfiguration>(), section))
            .AddSingleton<IOptions<TOptions>, ValidatedOptions<TOptions>>();
    }

    /// <summary>
    /// The instance that the start has validated, for ever; the framework would bind and validate another one.
    /// </summary>
    private sealed class ValidatedOptions<TOptions>(IOptionsMonitor<TOptions> monitor) : IOptions<TOptions>
        where TOptions : class
    {
        private readonly Lazy<TOptions> _value = new(() => monitor.CurrentValue);

        public TOptions Value => _value.Value;
    }
}
