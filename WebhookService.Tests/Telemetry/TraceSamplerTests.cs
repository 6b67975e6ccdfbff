using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using OpenTelemetry.Trace;
using WebhookService.Api.Telemetry;

namespace WebhookService.Tests.Telemetry;

internal sealed class TraceSamplerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public void Sampler_RecordsSoManyRequestsASecond_WhenThereAreMore()
    {
        var sampler = new TraceSampler(3, _clock);

        Count(sampler, requests: 10).Should().Be(3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Count(sampler, requests: 2).Should().Be(2);
    }

    [Test]
    public void Sampler_CountsThoseThatGoOnWithASendersTrace()
    {
        var sampler = new TraceSampler(1, _clock);

        IsRecorded(sampler, ActivityKind.Server, Parent(ActivityTraceFlags.Recorded)).Should().BeTrue();
        IsRecorded(sampler, ActivityKind.Server, Parent(ActivityTraceFlags.Recorded)).Should().BeFalse("a sender decides nothing for us");
    }

    [Test]
    public void Sampler_RecordsWhatFollows_WhenItsBeginningWasRecorded()
    {
        var sampler = new TraceSampler(0, _clock);

        IsRecorded(sampler, ActivityKind.Consumer, Parent(ActivityTraceFlags.Recorded)).Should().BeTrue();
        IsRecorded(sampler, ActivityKind.Internal, Parent(ActivityTraceFlags.None)).Should().BeFalse();
    }

    [Test]
    public void Sampler_RecordsNothing_WhenTheSenderDoesNot()
    {
        var sampler = new TraceSampler(10, _clock);

        IsRecorded(sampler, ActivityKind.Server, Parent(ActivityTraceFlags.None)).Should().BeFalse();
    }

    [Test]
    public void Sampler_RecordsNothing_WhenItIsSetToNone()
    {
        Count(new TraceSampler(0, _clock), requests: 5).Should().Be(0);
    }

    private static int Count(TraceSampler sampler, int requests) =>
        Enumerable.Range(0, requests).Count(_ => IsRecorded(sampler, ActivityKind.Server, default));

    private static bool IsRecorded(TraceSampler sampler, ActivityKind kind, ActivityContext parent) =>
        sampler.ShouldSample(new SamplingParameters(parent, ActivityTraceId.CreateRandom(), "any", kind))
            .Decision == SamplingDecision.RecordAndSample;

    private static ActivityContext Parent(ActivityTraceFlags flags) =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
}
