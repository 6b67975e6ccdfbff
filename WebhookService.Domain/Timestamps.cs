namespace WebhookService.Domain;

/// <summary>
/// The precision of every stored time: whole microseconds, the finest that all supported databases keep,
/// so that what is read back equals what was written.
/// </summary>
internal static class Timestamps
{
    /// <summary>The fixed ISO 8601 form, 27 characters; in it, text order is time order.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The same instant in UTC, truncated to whole microseconds.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Whole microseconds since 1970-01-01T00:00:00Z, truncated.</summary>
    public static long ToUnixMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts whole microseconds since 1970-01-01T00:00:00Z to an instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant lies before year 1 or after year 9999.</exception>
    public static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
