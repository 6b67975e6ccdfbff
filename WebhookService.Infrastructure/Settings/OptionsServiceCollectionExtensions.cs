using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Settings;

/// <summary>Binds and validates the sections of the settings.</summary>
internal static class OptionsServiceCollectionExtensions
{
    /// <summary>
    /// Binds options to their section, only once; <see cref="ValidateOptions(IServiceProvider)"/> rejects a value that
    /// violates its annotation.
    /// </summary>
    public static IServiceCollection AddValidOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class, new() =>
        services
            .AddSingleton<IConfigureOptions<TOptions>>(provider =>
                new SectionBinder<TOptions>(provider.GetRequiredService<IConfiguration>(), section))
            .AddSingleton<IValidateOptions<TOptions>>(provider =>
                new SectionRules<TOptions>(provider.GetRequiredService<IConfiguration>(), section))
            .AddSingleton<IOptions<TOptions>>(provider =>
                new BoundOptions<TOptions>(
                    provider.GetRequiredService<IOptionsFactory<TOptions>>(),
                    provider.GetServices<IValidateOptions<TOptions>>(),
                    section))
            .AddSingleton(provider => (IBoundOptions)provider.GetRequiredService<IOptions<TOptions>>());

    /// <summary>Binds and checks every section now.</summary>
    /// <exception cref="AggregateException">
    /// Values are out of their range or cannot be read: an <see cref="OptionsValidationException"/> or an
    /// <see cref="InvalidOperationException"/> for each section.
    /// </exception>
    public static void ValidateOptions(this IServiceProvider services) =>
        Validate(services, options => options.Bind());

    /// <summary>Checks every section of another configuration, by the same rules; nothing else changes.</summary>
    /// <inheritdoc cref="ValidateOptions(IServiceProvider)" path="/exception"/>
    public static void ValidateOptions(this IServiceProvider services, IConfiguration configuration) =>
        Validate(services, options => options.Check(configuration));

    /// <summary>The names of the sections whose options are registered.</summary>
    public static IEnumerable<string> GetSections(this IServiceProvider services) =>
        services.GetServices<IBoundOptions>().Select(options => options.Section);

    private static void Validate(IServiceProvider services, Action<IBoundOptions> validate)
    {
        List<Exception> faults = [];
        foreach (var options in services.GetServices<IBoundOptions>())
        {
            try
            {
                validate(options);
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                faults.Add(exception);
            }
        }

        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }
    }

    /// <summary>Finds settings whose names do not exist, each with the nearest name.</summary>
    /// <param name="services">The services, with the options of all sections.</param>
    /// <param name="others">Other names at the top level.</param>
    public static IEnumerable<UnknownSetting> FindUnknownSettings(
        this IServiceProvider services, IReadOnlyCollection<string> others)
    {
        var sections = services.GetServices<IBoundOptions>().ToDictionary(
            options => options.Section, options => options.Names, StringComparer.OrdinalIgnoreCase);
        return UnknownSetting.Find(services.GetRequiredService<IConfiguration>(), sections, others);
    }

    private interface IBoundOptions
    {
        string Section { get; }

        IReadOnlyList<string> Names { get; }

        void Bind();

        void Check(IConfiguration configuration);
    }

    /// <summary>The instance that the start has validated; the framework would create and validate others.</summary>
    private sealed class BoundOptions<TOptions>(
        IOptionsFactory<TOptions> factory, IEnumerable<IValidateOptions<TOptions>> rules, string section)
        : IOptions<TOptions>, IBoundOptions
        where TOptions : class, new()
    {
        private readonly Lazy<TOptions> _value = new(() => factory.Create(Options.DefaultName));

        public TOptions Value => _value.Value;

        public string Section => section;

        public IReadOnlyList<string> Names { get; } =
            [.. typeof(TOptions).GetProperties().Select(property => property.Name)];

        public void Bind() => _ = Value;

        public void Check(IConfiguration configuration) =>
            new OptionsFactory<TOptions>(
                [new SectionBinder<TOptions>(configuration, section)],
                [],
                rules.Where(rule => rule is not SectionRules<TOptions>)
                    .Prepend(new SectionRules<TOptions>(configuration, section)))
                .Create(Options.DefaultName);
    }

    private sealed class SectionBinder<TOptions>(IConfiguration configuration, string section)
        : IConfigureOptions<TOptions>
        where TOptions : class
    {
        public void Configure(TOptions options) => configuration.GetSection(section).Bind(options);
    }
}
