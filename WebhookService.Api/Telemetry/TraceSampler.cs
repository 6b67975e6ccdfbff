using System.Diagnostics;
using OpenTelemetry.Trace;

namespace WebhookService.Api.Telemetry;

/// <summary>Records the traces of a limited number of requests a second, and all that follows from them.</summary>
/// <remarks>
/// A fixed share would record nothing when requests are few and too much when they are many. If a sender does not
/// record its trace, neither does the service; a sender that records is counted like any other.
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
