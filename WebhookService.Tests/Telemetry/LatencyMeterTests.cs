using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Telemetry;

internal sealed class LatencyMeterTests
{
    private readonly ObservableTimeProvider _clock = new();
    private ServiceProvider _services = null!;

    [SetUp]
    public void Open() => _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [TearDown]
    public void Dispose() => _services.Dispose();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(31)]
    [TestCase(32)]
    [TestCase(33)]
    [TestCase(400_000)]
    [TestCase(500_000)]
    [TestCase(60_000_000)]
    public void Quantile_IsNeverTooShort_AndAtMostASixteenthTooLong(int microseconds)
    {
        var meter = Create();
        var begun = meter.Begin();
        _clock.Advance(TimeSpan.FromMicroseconds(microseconds));

        meter.End(begun, AddOutcome.Added);

        var found = meter.Take().Quantile(0.5)!.Value.TotalMicroseconds;
        found.Should().BeGreaterThan(microseconds).And.BeLessThanOrEqualTo((microseconds * 17d / 16) + 1);
    }

    [Test]
    public void Quantile_FindsTheSlowOnes_AmongMany()
    {
        var meter = Create();
        for (var i = 0; i < 1_000; i++)
        {
            meter.Note(TimeSpan.FromMilliseconds(i < 985 ? 4 : 300));
        }

        var taken = meter.Take();

        taken.Count.Should().Be(1_000);
        taken.Quantile(0.5)!.Value.TotalMilliseconds.Should().BeInRange(4, 4.26);
        taken.Quantile(0.98)!.Value.TotalMilliseconds.Should().BeInRange(4, 4.26);
        taken.Quantile(0.99)!.Value.TotalMilliseconds.Should().BeInRange(300, 319);
        taken.Quantile(1)!.Value.TotalMilliseconds.Should().BeInRange(300, 319);
    }

    [Test]
    public void Take_GivesEachAnswerOnce()
    {
        var meter = Create();
        meter.Note(TimeSpan.FromMilliseconds(1));

        meter.Take().Count.Should().Be(1);

        meter.Take().Quantile(0.99).Should().BeNull();
    }

    [TestCase(-1)]
    [TestCase(3_600)]
    public void Note_KeepsWhatNoBucketIsMadeFor(int seconds)
    {
        var meter = Create();

        meter.Note(TimeSpan.FromSeconds(seconds));

        meter.Take().Count.Should().Be(1);
    }

    [Test]
    public void Buckets_AdjoinEachOther()
    {
        var ends = Enumerable.Range(0, LatencyMeter.BucketCount).Select(LatencyMeter.EndOf).ToArray();

        ends.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        ends[^1].Should().BeGreaterThan(TimeSpan.FromMinutes(2));
    }

    [Test]
    public async Task Note_LosesNothing_WhenManyNoteAtOnce()
    {
        const int each = 20_000;
        var meter = Create();
        var taken = 0L;

        var noting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                meter.Note(TimeSpan.FromMicroseconds(i));
            }
        })));
        while (!noting.IsCompleted)
        {
            taken += meter.Take().Count;
        }

        await noting;
        (taken + meter.Take().Count).Should().Be(4 * each);
    }

    private LatencyMeter Create() => new(_clock, ActivatorUtilities.CreateInstance<WebhookMetrics>(_services));
}
