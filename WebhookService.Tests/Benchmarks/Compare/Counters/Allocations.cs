using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace WebhookService.Tests.Benchmarks.Compare.Counters;

/// <summary>Counts from outside the bytes that a .NET process allocates, by its event every 100 KB.</summary>
internal sealed class Allocations : IDisposable
{
    private readonly EventPipeSession _session;
    private readonly EventPipeEventSource _source;
    private readonly Task _reading;
    private long _bytes;

    public Allocations(int process)
    {
        _session = new DiagnosticsClient(process).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, (long)ClrTraceEventParser.Keywords.GC)],
            requestRundown: false);
        _source = new EventPipeEventSource(_session.EventStream);
        _source.Clr.GCAllocationTick += tick => _bytes += tick.AllocationAmount64;
        _reading = Task.Factory.StartNew(
            _source.Process, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Ends the count and returns the number of bytes allocated since its start.</summary>
    public async Task<long> StopAsync()
    {
        await _session.StopAsync(CancellationToken.None);
        await _reading;
        return _bytes;
    }

    public void Dispose()
    {
        _source.Dispose();
        _session.Dispose();
    }
}
