using WebhookService.Infrastructure.Writing;
namespace WebhookService.Infrastructure.Inbox;

/// <summary>Whether the inbox's disk has room, checked at most once a second.</summary>
internal sealed class InboxSpace
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly InboxOptions _options;
    private readonly TimeProvider _clock;
    private readonly DriveInfo _drive;
    private long? _lookedAt;
    private string? _refusal;

    public InboxSpace(InboxOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _drive = new DriveInfo(Path.GetFullPath(options.Path));
    }

    /// <summary>Returns why no more may be stored; null when there is room. Called by one thread only.</summary>
    public string? FindRefusal()
    {
        if (_lookedAt is not { } at || _clock.GetElapsedTime(at) >= Interval)
        {
            _lookedAt = _clock.GetTimestamp();
            _refusal = Look();
        }

        return _refusal;
    }

    private string? Look()
    {
        try
        {
            return _drive.AvailableFreeSpace < _options.DiskReserve
                ? $"The disk of the inbox has less than {_options.DiskReserve} bytes left."
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The disk of the inbox cannot be found: {StoreFault.Describe(exception)}";
        }
    }
}
