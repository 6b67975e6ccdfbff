using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Domain;

[TestFixture]
internal sealed class SourceEventTests
{
    private static readonly TestCaseData<string?, string?>[] Texts =
    [
        new(null, null) { TestName = "none" },
        new("", null) { TestName = "empty" },
        new("charge.succeeded", "charge.succeeded") { TestName = "usual" },
        new("a\0b", "a\uFFFDb") { TestName = "NUL" },
        new("\uDC00x\uD800", "\uFFFDx\uFFFD") { TestName = "lone surrogates" },
        new("💸", "💸") { TestName = "a pair" },
        new(new string('x', 201), new string('x', 200)) { TestName = "too long" },
        new(new string('x', 199) + "💸", new string('x', 199)) { TestName = "no half of a pair" },
        new(new string('x', 198) + "💸y", new string('x', 198) + "💸") { TestName = "a pair at the end" },
    ];

    [TestCaseSource(nameof(Texts))]
    public void Type_IsWhatEveryDatabaseCanStore(string? sent, string? kept)
    {
        new SourceEvent("stripe", sent, sent, null, null).Should().Match<SourceEvent>(it => it.Type == kept && it.Id == kept);
        (new SourceEvent("stripe", "x", null, null, null) with { Type = sent }).Type.Should().Be(kept);
    }

    [Test]
    public void Times_AreUtcAndWholeMicroseconds()
    {
        var local = new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(5.5)).AddTicks(7);

        var received = new SourceEvent("stripe", null, null, local, null);

        received.OccurredAt.Should().Be(local.AddTicks(-7));
        received.OccurredAt!.Value.Offset.Should().Be(TimeSpan.Zero);
    }

    [Test]
    public void ContentType_IsLeftOut_WhenItIsTooLong() =>
        new EventPayload(new string('x', 201), new byte[1]).ContentType.Should().BeNull();

    [Test]
    public void Reason_IsTruncated()
    {
        var odd = new QuarantinedEvent(
            "stripe", new byte[32], ObservableTimeProvider.Origin, new string('x', 501), null, null, "", new EventPayload(null, new byte[1]));

        (odd.Reason.Length, odd.Headers).Should().Be((500, "{}"));
    }
}
