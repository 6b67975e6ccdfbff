using System.Diagnostics;
using OpenTelemetry.Trace;

namespace WebhookService.Api.Telemetry;

/// <summary>Records the traces of so many requests a second, and everything that follows from those.</summary>
/// <remarks>
/// A share of all requests would record nothing where there are few and too much where there are many. A sender that
/// says it does not record its trace is believed; one that says it does is counted like any other.
/// </remarks>
internal sealed class TraceSampler(int perSecond, TimeProvider clock) : Sampler
{
    private readonly Lock _gate = new();
    private long _second = -1;
    private int _taken;

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var isFollowed = parent.TraceId == default || parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        var isBegun = samplingParameters.Kind == ActivityKind.Server || parent.TraceId == default;
        return new SamplingResult(isFollowed && (!isBegun || TryTake())
            ? SamplingDecision.RecordAndSample
            : SamplingDecision.Drop);
    }

    private bool TryTake()
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        lock (_gate)
        {
            _taken = second == _second ? _taken : 0;
            _second = second;
            return _taken < perSecond && ++_taken > 0;
        }
    }
}
