namespace WebhookService.Infrastructure.Settings;

/// <summary>Shortens intervals by a little, so that instances that started together do not stay in step.</summary>
internal sealed class Jitter(Random random)
{
    private const double MostShortening = 0.2;

    /// <summary>A random time between four fifths of the interval and all of it.</summary>
    public TimeSpan Shorten(TimeSpan interval) => interval * (1 - (MostShortening * random.NextDouble()));
}
