using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Metering;
using WebhookService.Infrastructure.Statistics;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;
using WebhookService.Tests.Writing.Sqlite;

namespace WebhookService.Tests.Telemetry;

internal sealed class StatsFeedTests
{
    // No other timer of the store is set to it.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1_300);

    private SqliteFile _file = null!;
    private StoreFixture _instance = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _file = new SqliteFile();
        _instance = await new StoreFixture(
            _file.Url, [("Dashboard:SampleInterval", $"{Interval}"), ("Dashboard:History", "3")]).StartAsync();
        await _instance.Get<StatsFeed>().StartAsync(CancellationToken.None);
        await _instance.Clock.ArmedAsync(Interval);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _instance.Get<StatsFeed>().StopAsync(CancellationToken.None);
        await _instance.DisposeAsync();
        await _file.DisposeAsync();
    }

    [Test]
    public async Task Sample_HoldsTheCounts_AndWhatHappenedSinceTheLast()
    {
        await _instance.Store.AddAsync(Row("one"));
        await _instance.Store.AddAsync(Row("two"));
        _instance.Get<LatencyMeter>().Note(TimeSpan.FromMilliseconds(10));

        var first = await SampleAsync();
        var second = await SampleAsync();

        first.Stats.Totals!.Processing.Should().Be(2);
        first.At.Should().Be(ObservableTimeProvider.Origin + Interval);
        first.Stats.OldestUnprocessed.Should().Be(Interval);
        first.AcceptedPerSecond.Should().BeApproximately(2 / Interval.TotalSeconds, 1e-6);
        first.AcceptP50!.Value.TotalMilliseconds.Should().BeInRange(10, 10.7);
        second.AcceptedPerSecond.Should().Be(0);
        second.AcceptP99.Should().BeNull("nobody was answered since");
        second.Stats.Totals!.Processing.Should().Be(2);
    }

    [Test]
    public async Task History_KeepsTheLastOnes()
    {
        List<StatsSample> all = [];
        for (var i = 0; i < 5; i++)
        {
            all.Add(await SampleAsync());
        }

        _instance.Get<StatsFeed>().GetHistory().Should().Equal(all[2..]);
        _instance.Get<StatsFeed>().Latest.Should().BeSameAs(all[4]);
    }

    [Test]
    public async Task SlowReader_FindsTheLatest_AndSkipsTheRest()
    {
        var seen = await SampleAsync();
        await SampleAsync();
        var latest = await SampleAsync();

        var found = await _instance.Get<StatsFeed>().WaitForOtherAsync(seen, CancellationToken.None).Soon();

        found.Should().BeSameAs(latest);
    }

    [Test]
    public async Task AllReaders_GetTheSameSample()
    {
        var seen = await SampleAsync();
        var waiting = Enumerable.Range(0, 50)
            .Select(_ => _instance.Get<StatsFeed>().WaitForOtherAsync(seen, CancellationToken.None)).ToArray();

        var sample = await SampleAsync();

        (await Task.WhenAll(waiting).Soon()).Should().AllSatisfy(found => found.Should().BeSameAs(sample));
    }

    [Test]
    public async Task Reader_MayGoAway_WhileItWaits()
    {
        using var gone = new CancellationTokenSource();
        var waiting = _instance.Get<StatsFeed>().WaitForOtherAsync(null, gone.Token);

        await gone.CancelAsync();

        await waiting.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        (await SampleAsync()).Should().NotBeNull();
    }

    [Test]
    public async Task Sample_SaysSo_WhenTheStoreCannotBeRead_AndGoesOn()
    {
        await _instance.Store.AddAsync(Row("one"));
        _instance.WhenReading = () => throw new StoreUnavailableException("It is away.");

        var without = await SampleAsync();
        _instance.WhenReading = () => throw new InvalidOperationException("Something else.");
        await AdvanceAsync();
        await _instance.Clock.ArmedAsync(Interval);
        _instance.WhenReading = () => { };
        var again = await SampleAsync();

        without.Stats.Totals.Should().BeNull();
        without.Stats.OldestUnprocessed.Should().BeNull();
        without.AcceptedPerSecond.Should().BePositive("that is known without the store");
        again.Stats.Totals!.Processing.Should().Be(1);
        _instance.Get<StatsFeed>().GetHistory().Should().Equal(without, again);
    }

    private static Transaction Row(string id) =>
        Transaction.Receive(id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin);

    private async Task<StatsSample> SampleAsync()
    {
        var feed = _instance.Get<StatsFeed>();
        var seen = feed.Latest;
        await AdvanceAsync();
        return await feed.WaitForOtherAsync(seen, CancellationToken.None).Soon();
    }

    private async Task AdvanceAsync()
    {
        await _instance.Clock.ArmedAsync(Interval);
        _instance.Clock.Advance(Interval);
    }
}
