using FluentAssertions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Statistics;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Contracts;

namespace WebhookService.Tests.Writing.Samples;

/// <summary>The samples for the longer periods of the dashboard, on every database.</summary>
internal abstract class SampleContract : StoreContract
{
    // No other timer of the store is set to it.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly SampleGrain Fine = new(Minute, Minute / 2, TimeSpan.FromHours(25));
    private static readonly SampleGrain Coarse = new(Minute * 10, Minute * 9.5, TimeSpan.FromHours(169));

    [Test]
    public async Task Record_KeepsEveryMinuteOfADay_AndEveryTenthOfAWeek()
    {
        var instance = await OpenAsync();
        var first = Origin;
        for (var minute = 0; minute < 60 * 24 * 7; minute += 120)
        {
            await RecordAsync(instance, first + (Minute * minute), minute);
        }

        var last = first + TimeSpan.FromDays(8);
        for (var minute = 0; minute <= 25; minute++)
        {
            await RecordAsync(instance, last + (Minute * minute) + TimeSpan.FromMilliseconds(minute), 20_000 + minute);
        }

        var rows = await RowsAsync(instance);
        var fine = rows.Where(row => row.Grain == SampleRow.Fine).ToArray();
        var coarse = rows.Where(row => row.Grain == SampleRow.Coarse).ToArray();
        fine.Select(row => row.Accepted).Should()
            .Equal(Enumerable.Range(20_000, 26).Select(number => (long)number), "the others are older than a day");
        coarse.TakeLast(3).Select(row => row.Accepted).Should().Equal([20_000, 20_010, 20_020], "ten minutes apart");
        coarse[0].At.Should().BeOnOrAfter(last + (Minute * 25) - Coarse.Age, "the others are older than a week");
        coarse.Should().HaveCountGreaterThan(60);
    }

    [Test]
    public async Task Record_SumsUpTheFinerSamples_AndIsReadBackEqual()
    {
        var instance = await OpenAsync();
        var rows = Enumerable.Range(0, 11).Select(minute => new SampleRow
        {
            At = Origin + (Minute * minute) + TimeSpan.FromMicroseconds(1),
            Accepted = 10 * minute,
            Processed = 8 * minute,
            Failed = minute,
            Processing = 3,
            Oldest = minute == 4 ? 9_000 : null,
            AcceptP99 = minute switch { 5 => 400_000, 10 => 7, _ => null },
        }).ToArray();
        foreach (var row in rows)
        {
            (await WriteAsync(instance, row, Fine)).Should().Be(1);
            await WriteAsync(instance, row with { Grain = SampleRow.Coarse }, Coarse);
        }

        var all = await RowsAsync(instance);
        all.Where(row => row.Grain == SampleRow.Fine).Should().Equal(rows);
        all.Where(row => row.Grain == SampleRow.Coarse).Should().Equal(
            rows[0] with { Grain = SampleRow.Coarse },
            rows[10] with { Grain = SampleRow.Coarse, Oldest = 9_000, AcceptP99 = 400_000 });
    }

    [Test]
    public async Task Record_SkipsWhatAnotherHasJustRecorded()
    {
        var instance = await OpenAsync();
        SampleRow row = new() { At = Origin };

        (await WriteAsync(instance, row, Fine)).Should().Be(1);
        (await WriteAsync(instance, row, Fine)).Should().Be(0);
        (await WriteAsync(instance, row with { At = Origin + TimeSpan.FromSeconds(29) }, Fine)).Should().Be(0);
        (await WriteAsync(instance, row with { At = Origin - TimeSpan.FromSeconds(29) }, Fine)).Should().Be(0);
        (await WriteAsync(instance, row with { At = Origin + TimeSpan.FromSeconds(31) }, Fine)).Should().Be(1);
        (await WriteAsync(instance, row with { At = Origin - TimeSpan.FromHours(1) }, Fine)).Should().Be(1, "a clock was wrong");
    }

    [Test]
    public async Task History_HasTheRatesBetweenSamples_AndGaps()
    {
        var instance = await OpenAsync();
        foreach (var (minute, accepted) in new[] { (-61, 0), (-2, 600), (-1, 1_200), (0, 1_260), (9, 5_000), (10, 5_060) })
        {
            await RecordAsync(instance, Origin + (Minute * minute), accepted);
        }

        instance.Clock.Advance(Minute * 10);
        var points = await instance.Get<StatsHistory>().ReadAsync(TimeSpan.FromHours(1), CancellationToken.None);

        points.Select(point => (point.At - Origin, point.AcceptedPerSecond, point.Processing)).Should().Equal(
            (Minute * -2, null, 7),
            (Minute * -1, 10, 7),
            (TimeSpan.Zero, 1, 7),
            (Minute * 4.5, null, null),
            (Minute * 9, null, 7),
            (Minute * 10, 1, 7));
        points[1].Should().Match<HistoryPoint>(point => point.ProcessedPerSecond == 7.5 && point.FailedPerSecond == 2.5);
        points[1].OldestUnprocessed.Should().Be(TimeSpan.FromSeconds(2));
        points[1].AcceptP99.Should().Be(TimeSpan.FromMilliseconds(3));
    }

    [TestCase(1, 60, 60)]
    [TestCase(24, 240, 20)]
    [TestCase(168, 300, 3)]
    public async Task History_SumsUpSamples_ForFewPoints(int hours, int most, int count)
    {
        var instance = await OpenAsync(("Dashboard:MaxPoints", $"{most}"));
        for (var minute = 1; minute <= 120; minute++)
        {
            await RecordAsync(instance, Origin + (Minute * minute), 60 * minute);
        }

        instance.Clock.Advance(Minute * 120);
        var points = await instance.Get<StatsHistory>().ReadAsync(TimeSpan.FromHours(hours), CancellationToken.None);

        points.Should().HaveCountGreaterThanOrEqualTo(count).And.HaveCountLessThanOrEqualTo(count + 1);
        points.Select(point => point.At).Should().BeInAscendingOrder();
        points.Select(point => point.AcceptedPerSecond).OfType<double>().Should().HaveCountGreaterThan(1)
            .And.AllSatisfy(rate => rate.Should().BeApproximately(1, 1e-6));
    }

    [Test]
    public async Task Recorder_WritesTotalsOfAllInstances_AndTheSlowestAnswer()
    {
        var instance = (await OpenAsync(Settings)).WithoutBacklog();
        await instance.Store.AddAsync(Row("done"));
        await instance.Store.CompleteAsync(Attempts.Finish("done", TransactionStatus.Processed, At(1)));
        await instance.Store.AddAsync(Row("failed"));
        await instance.Store.CompleteAsync(Attempts.Finish("failed", TransactionStatus.Failed, At(1)));
        await instance.Store.RetryAsync([new("failed", 1)]);
        instance.Get<LatencyMeter>().Note(TimeSpan.FromMilliseconds(10));
        await StartAsync(instance);
        await SampleAsync(instance);
        await SampleAsync(instance);

        await TickAsync(instance);

        await Eventually.HoldsAsync(async () => (await RowsAsync(instance)).Length == 2, "both grains are recorded");
        var row = (await RowsAsync(instance))[0];
        (row.Accepted, row.Processed, row.Failed, row.Processing).Should().Be((2, 1, 1, 1));
        row.Oldest.Should().BeGreaterThanOrEqualTo(1_300);
        row.AcceptP99.Should().BeInRange(10_000, 10_700, "a later second was faster");
        row.At.Should().BeOnOrAfter(Origin + Interval);
    }

    [Test]
    public async Task Recorder_IsTheFirstInstance_UntilItDies()
    {
        var first = await OpenAsync(Settings);
        if (!first.Get<IDatabase>().IsShared)
        {
            Assert.Ignore("A file belongs to one instance.");
        }

        var second = await OpenAsync(Settings);
        await StartAsync(second);
        await SampleAsync(second);
        await TickAsync(second);
        await second.Store.ProbeAsync();
        (await RowsAsync(second)).Should().BeEmpty("the first is alive");

        await EndLeasesAsync(first);
        await SampleAsync(second);
        await TickAsync(second);

        await Eventually.HoldsAsync(async () => (await RowsAsync(second)).Length == 2, "the second records");
        (await second.Reader.IsSelfFirstAsync(CancellationToken.None)).Should().BeTrue();
    }

    [Test]
    public async Task Recorder_SkipsASample_WhileTheStoreCannotBeRead()
    {
        var instance = await OpenAsync(Settings);
        await StartAsync(instance);
        await SampleAsync(instance);
        instance.WhenOpening = () => throw new StoreUnavailableException("The store cannot be read now.");
        await TickAsync(instance);
        instance.WhenOpening = () => { };
        (await RowsAsync(instance)).Should().BeEmpty();

        await SampleAsync(instance);
        await TickAsync(instance);

        await Eventually.HoldsAsync(async () => (await RowsAsync(instance)).Length == 2, "the next one is recorded");
    }

    private static DateTimeOffset Origin => ObservableTimeProvider.Origin;

    private static (string Key, string Value)[] Settings =>
        [("Dashboard:SampleInterval", $"{Interval}"), ("Dashboard:RecordInterval", "00:00:47")];

    private static async Task StartAsync(StoreFixture instance)
    {
        await instance.Get<StatsFeed>().StartAsync(CancellationToken.None);
        await instance.Get<IEnumerable<IHostedService>>().OfType<SampleRecorder>().Single().StartAsync(CancellationToken.None);
        await instance.Clock.ArmedAsync(Interval);
        await instance.Clock.ArmedAsync(TimeSpan.FromSeconds(47));
    }

    // Waits for the sample and for the timer of the next.
    private static async Task SampleAsync(StoreFixture instance)
    {
        var seen = instance.Get<StatsFeed>().Latest;
        instance.Clock.Advance(Interval);
        await instance.Get<StatsFeed>().WaitForOtherAsync(seen, CancellationToken.None).Soon();
        await instance.Clock.ArmedAsync(Interval);
    }

    // The recorder has finished with a sample when it waits for the next.
    private static async Task TickAsync(StoreFixture instance)
    {
        instance.Clock.Advance(TimeSpan.FromSeconds(47));
        await instance.Clock.ArmedAsync(TimeSpan.FromSeconds(47));
    }

    private static async Task RecordAsync(StoreFixture instance, DateTimeOffset at, long accepted)
    {
        SampleRow row = new()
        {
            At = at,
            Accepted = accepted,
            Processed = accepted / 2,
            Failed = accepted / 4,
            Processing = 7,
            Oldest = 2_000,
            AcceptP99 = 3_000,
        };
        await WriteAsync(instance, row, Fine);
        await WriteAsync(instance, row with { Grain = SampleRow.Coarse }, Coarse);
    }

    private static async Task<int> WriteAsync(StoreFixture instance, SampleRow row, SampleGrain grain) =>
        await instance.Get<WriteQueue>().Enqueue(new RecordSampleRequest(row, grain));

    private static async Task<SampleRow[]> RowsAsync(StoreFixture instance)
    {
        await using var db = instance.Get<IDatabase>().CreateContext();
        return await db.Set<SampleRow>().OrderBy(row => row.Grain).ThenBy(row => row.At).AsNoTracking().ToArrayAsync();
    }
}
