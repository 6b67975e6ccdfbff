using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>
/// A sample to record, unless another instance has just recorded one of its grain; those that are too old are deleted.
/// The outcome is the number of rows, 0 or 1.
/// </summary>
internal sealed class RecordSampleRequest(SampleRow row, SampleGrain grain) : WriteRequest<int>
{
    public SampleRow Row { get; } = row;

    public SampleGrain Grain { get; } = grain;

    /// <summary>Rows of the next finer grain since this time are summed up in the row.</summary>
    public DateTimeOffset Since { get; } = row.At - grain.Interval;

    /// <summary>A row of the same grain between these times, exclusive, makes this one superfluous.</summary>
    public (DateTimeOffset After, DateTimeOffset Before) Near { get; } =
        (row.At - grain.Distance, row.At + grain.Distance);

    /// <summary>Rows of the same grain before this time are deleted.</summary>
    public DateTimeOffset Expired { get; } = row.At - grain.Age;
}

/// <summary>How densely samples of a grain are kept, and for how long.</summary>
/// <param name="Interval">The time between two samples.</param>
/// <param name="Distance">The least time between two samples, a little less than the interval.</param>
/// <param name="Age">The age at which they are deleted.</param>
internal sealed record SampleGrain(TimeSpan Interval, TimeSpan Distance, TimeSpan Age);
