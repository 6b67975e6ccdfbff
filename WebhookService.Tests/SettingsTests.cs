using System.Collections;
using System.Globalization;
using System.Reflection;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Api.Hosting;
using WebhookService.Api.Security;
using WebhookService.Api.Sources;
using WebhookService.Api.Telemetry;
using WebhookService.Infrastructure.Alerts;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Inbox;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Processing;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Settings;
using WebhookService.Infrastructure.Statistics;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace WebhookService.Tests;

internal sealed class SettingsTests
{
    private static readonly (string Section, object Defaults)[] Sections =
    [
        ("Hosting", new HostingOptions()),
        ("Database", new DatabaseOptions()),
        ("Instance", new InstanceOptions()),
        ("Intake", new IntakeOptions()),
        ("Inbox", new InboxOptions()),
        ("Reads", new ReadOptions()),
        ("Processing", new ProcessingOptions()),
        ("ExternalApi", new ExternalApiOptions()),
        ("Operations", new OperationsOptions()),
        ("Retention", new RetentionOptions()),
        ("Quarantine", new QuarantineOptions()),
        ("Alerts", new AlertOptions()),
        ("Dashboard", new DashboardOptions()),
        ("Telemetry", new TelemetryOptions()),
        ("Security", new SecurityOptions()),
        ("Limits", new LimitsOptions()),
    ];

    // One section for each name, so appsettings.json has none.
    private static readonly (string Section, object Defaults)[] Named = [("Sources__NAME", new SourceOptions())];

    // The database's URL has a separate key.
    private static IEnumerable<PropertyInfo> Properties(object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.DeclaringType != typeof(DatabaseOptions) || property.Name != nameof(DatabaseOptions.Url));

    [Test]
    public void Settings_ListEveryKeyWithItsDefault()
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .Build();

        foreach (var (section, defaults) in Sections)
        {
            var properties = Properties(defaults).ToArray();
            settings.GetSection(section).GetChildren().Select(child => child.Key)
                .Should().BeEquivalentTo(properties.Select(property => property.Name), section);
            foreach (var property in properties)
            {
                var value = property.GetValue(defaults);
                if (value is ICollection collection)
                {
                    collection.Count.Should().Be(settings.GetSection($"{section}:{property.Name}").GetChildren().Count());
                    continue;
                }

                settings.GetSection(section).GetValue(property.PropertyType, property.Name)
                    .Should().Be(value, $"{section}:{property.Name}");
            }
        }

        settings["DATABASE_URL"].Should().Be(DatabaseOptions.DefaultUrl);
        settings["PORT"].Should().Be(8000.ToString(CultureInfo.InvariantCulture));
    }

    [Test]
    public void Configuration_DocumentsEverySetting_WithItsDefaultAndRange()
    {
        var rows = File.ReadLines(Path.Combine(SourceTree.Root, "docs", "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split(" | "))
            .ToLookup(cells => cells[0]);

        foreach (var (section, defaults) in Sections.Concat(Named))
        {
            foreach (var property in Properties(defaults))
            {
                var name = $"{section}__{property.Name}";
                var row = rows[$"| `{name}`"].Should().ContainSingle(name).Subject;
                row.Should().HaveCount(4, name);
                row[1].Should().Be(DefaultText(property.GetValue(defaults)), name);
                row[2].Should().NotBeEmpty(name).And.StartWith(RangeText(property), name);
            }
        }

        rows["| `DATABASE_URL`"].Single()[1].Should().Be($"`{DatabaseOptions.DefaultUrl}`");
    }

    [Test]
    public void Settings_HaveARange_WhenTheyAreNumbersOrDurations() =>
        Sections.Concat(Named).SelectMany(section => Properties(section.Defaults), (section, property) => (section.Section, property))
            .Where(it => it.property.PropertyType == typeof(TimeSpan) || it.property.PropertyType == typeof(int)
                || it.property.PropertyType == typeof(long) || it.property.PropertyType == typeof(double))
            .Where(it => RangeText(it.property).Length == 0)
            .Select(it => $"{it.Section}:{it.property.Name}")
            .Should().BeEmpty();

    [Test]
    public void Sections_AreAllListed() =>
        new[] { typeof(ProcessingOptions).Assembly, typeof(Program).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && !type.IsAbstract)
            .Should().BeEquivalentTo(Sections.Concat(Named).Select(section => section.Defaults.GetType()));

    // In the format of appsettings.json, so that it can be copied.
    private static string DefaultText(object? value) => value switch
    {
        "" => "empty",
        ICollection { Count: 0 } => "none",
        TimeSpan { Milliseconds: > 0 } duration => $"`{duration:hh\\:mm\\:ss\\.fff}`",
        bool flag => flag ? "`true`" : "`false`",
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    private static string RangeText(PropertyInfo property)
    {
        if (property.GetCustomAttribute<DurationRangeAttribute>() is { } durations)
        {
            return $"`{durations.Minimum}` to `{durations.Maximum}`";
        }

        return property.GetCustomAttribute<RangeAttribute>() is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum:#,0.##} to {range.Maximum:#,0.##}")
            : "";
    }

    [TestCase("Processing:Dealy", "Processing__Dealy", "Processing__Delay")]
    [TestCase("processing:maxconcurency", "processing__maxconcurency", "processing__MaxConcurrency")]
    [TestCase("Procesing:Delay", "Procesing", "Processing")]
    [TestCase("DATABASE_ULR", "DATABASE_ULR", "DATABASE_URL")]
    [TestCase("Reads:Nonsense", "Reads__Nonsense", null)]
    public void UnknownSetting_IsFound_WithTheNearestName(string key, string name, string? nearest) =>
        FindUnknown(key).Should().Equal(new UnknownSetting(name, nearest));

    [TestCase("Processing:Delay")]
    [TestCase("PROCESSING:DELAY")]
    [TestCase("Sources:stripe:Secrets:0")]
    [TestCase("ExternalApi:Headers:Authorization")]
    [TestCase("Logging:LogLevel:Default")]
    [TestCase("PATH")]
    [TestCase("POSTGRES:PASSWORD")]
    [TestCase("HOSTNAME")]
    public void KnownSetting_AndThoseOfOtherPrograms_AreNotReported(string key) => FindUnknown(key).Should().BeEmpty();

    private static IEnumerable<UnknownSetting> FindUnknown(string key)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"x")]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddValidOptions<ProcessingOptions>("Processing")
            .AddValidOptions<ReadOptions>("Reads")
            .AddValidOptions<ExternalApiOptions>("ExternalApi");
        using var provider = services.AddOptions().BuildServiceProvider();
        return [.. provider.FindUnknownSettings(["DATABASE_URL", "PORT", "Sources", "Logging"])];
    }
}
