using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class TimestampsTests
{
    [TestCase(0, 0)]
    [TestCase(9, 0)]
    [TestCase(10, 10)]
    [TestCase(19, 10)]
    [TestCase(9_999_999, 9_999_990)]
    public void ToMicroseconds_CutsAndNeverRounds(long ticks, long expected)
    {
        var second = new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

        Timestamps.ToMicroseconds(second.AddTicks(ticks)).Should().BeExactly(second.AddTicks(expected));
    }

    [Test]
    public void ToMicroseconds_GivesTheSameInstantInUtc_WhenOffsetIsAnother()
    {
        var india = new DateTimeOffset(2026, 1, 15, 16, 0, 0, TimeSpan.FromHours(5.5));

        Timestamps.ToMicroseconds(india).Should().BeExactly(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
    }

    [TestCase(0, 0)]
    [TestCase(9, 0)]
    [TestCase(10, 1)]
    [TestCase(2_534_023_008_000_000_000 - 621_355_968_000_000_000, 191_266_704_000_000_000)]
    public void UnixMicroseconds_AreReadBackAsTheyWereWritten(long ticks, long expected)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(ticks);

        Timestamps.ToUnixMicroseconds(time).Should().Be(expected);
        Timestamps.FromUnixMicroseconds(expected).Should().BeExactly(Timestamps.ToMicroseconds(time));
    }

    [Test]
    public void Format_OrdersAsTextLikeTheTimesItWrites()
    {
        var first = new DateTimeOffset(2025, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_990);
        DateTimeOffset[] times = [first, first.AddTicks(10), first.AddSeconds(1), first.AddMonths(10), first.AddYears(900)];

        var texts = times.Select(time => time.UtcDateTime.ToString(Timestamps.Format, CultureInfo.InvariantCulture));

        texts.Should().BeInAscendingOrder(StringComparer.Ordinal)
            .And.AllSatisfy(text => text.Should().HaveLength(27))
            .And.HaveElementAt(0, "2025-12-31T23:59:59.999999Z");
    }
}
