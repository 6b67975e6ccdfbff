using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using WebhookService.Api.Hosting;
using WebhookService.Api.Security;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Api.Reloading;

/// <summary>
/// Takes up changes of the files of settings and secrets while the service runs: at an interval, and at once on SIGHUP.
/// </summary>
/// <remarks>
/// Changed settings are checked as at the start. If one is wrong, none is put in force. The files are read, since a
/// container's mounts do not reliably announce a change. See docs/decisions/0028-reload.md.
/// </remarks>
internal sealed partial class SettingsReload : BackgroundService
{
    /// <summary>
    /// The time in which files must not change before they are taken up: one that is being written is half a secret.
    /// </summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private const int MaxNames = 10;

    private readonly SettingsFiles _files;
    private readonly ReloadableSettings _settings;
    private readonly HashSet<string> _known;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration _hangUp;
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Dictionary<string, string?> _inForce;
    private Dictionary<string, string?>? _seen;
    private string? _fault;
    private int _isAsked;

    public SettingsReload(
        SettingsFiles files,
        ReloadableSettings settings,
        IConfiguration configuration,
        IServiceProvider services,
        IOptions<SecurityOptions> options,
        TimeProvider clock,
        ILogger<SettingsReload> logger)
    {
        _files = files;
        _settings = settings;
        _known = new(services.GetSections().Concat(UnknownSettings.Others), StringComparer.OrdinalIgnoreCase);
        _interval = options.Value.ReloadInterval;
        _clock = clock;
        _logger = logger;
        _inForce = SettingsFiles.ValuesOf(configuration);
        _seen = _inForce;
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // Otherwise the runtime would end the process.
            signal.Cancel = true;
            Ask();
        });
    }

    /// <summary>Reads the files now and reports what was found, even if nothing has changed.</summary>
    public void Ask()
    {
        Volatile.Write(ref _isAsked, 1);
        Wake();
    }

    public override void Dispose()
    {
        _hangUp.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = _interval > TimeSpan.Zero
            ? _clock.CreateTimer(_ => Wake(), null, _interval, _interval)
            : null;
        try
        {
            await foreach (var _ in _wakes.Reader.ReadAllAsync(stoppingToken))
            {
                await ReloadAsync(Interlocked.Exchange(ref _isAsked, 0) == 1, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop, also that of a start that failed; the host would log it as an error of this service.
        }
    }

    private void Wake() => _wakes.Writer.TryWrite(true);

    private async Task ReloadAsync(bool isAsked, CancellationToken stoppingToken)
    {
        try
        {
            // After a failed read, the next one that succeeds counts as a change.
            var last = _seen;
            _seen = null;
            var read = _files.Read();
            var isChanged = last is null || SettingsFiles.FindChanges(read, last).Count > 0;
            _seen = isAsked || isChanged ? await SettleAsync(read, stoppingToken) : read;
            if (isAsked || isChanged)
            {
                Take(_seen, isAsked);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever happens to a mount, the service continues with the settings in force.
            Refuse(StartFailure.Explain(exception) ?? $"A file cannot be read: {exception.Message}", isAsked);
        }
    }

    // Several files that change together are taken up together, unless their writer pauses for longer.
    private async Task<Dictionary<string, string?>> SettleAsync(
        Dictionary<string, string?> read, CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Settling, _clock, stoppingToken);
            var again = _files.Read();
            if (SettingsFiles.FindChanges(again, read).Count == 0)
            {
                return again;
            }

            read = again;
        }
    }

    // All of the changed settings are valid before the first is put in force.
    private void Take(Dictionary<string, string?> read, bool isAsked)
    {
        var kinds = _settings.Prepare(SettingsFiles.Of(read));
        var changes = SettingsFiles.FindChanges(read, _inForce);
        List<string> taken = [];
        foreach (var kind in kinds)
        {
            var own = changes.Where(change => kind.Covers(change.Key)).ToDictionary();
            if (own.Count > 0)
            {
                kind.Apply(own);
                taken.Add(kind.Name);
                PutInForce(own, changes);
            }
        }

        Report(taken, [.. changes.Keys.Where(IsKnown).Order(StringComparer.Ordinal)], isAsked || _fault is not null);
        _fault = null;
    }

    private void PutInForce(Dictionary<string, string?> taken, Dictionary<string, string?> changes)
    {
        foreach (var (key, value) in taken)
        {
            changes.Remove(key);
            if (value is null)
            {
                _inForce.Remove(key);
            }
            else
            {
                _inForce[key] = value;
            }
        }
    }

    // Files of other programs may be in the same directory.
    private bool IsKnown(string key) => _known.Contains(key.Split(':')[0]);

    private void Report(List<string> taken, string[] waiting, bool isAnswer)
    {
        if (taken.Count > 0)
        {
            Log.Reloaded(_logger, string.Join(", ", taken));
        }

        if (waiting.Length > 0)
        {
            var names = string.Join(", ", waiting.Take(MaxNames).Select(SettingName.Of));
            Log.Waiting(_logger, waiting.Length > MaxNames ? $"{names} and {waiting.Length - MaxNames} more" : names);
        }

        if (taken.Count == 0 && waiting.Length == 0 && isAnswer)
        {
            Log.Unchanged(_logger);
        }
    }

    private void Refuse(string fault, bool isAsked)
    {
        if (isAsked || fault != _fault)
        {
            _fault = fault;
            Log.Refused(_logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(115, LogLevel.Information, "Settings reloaded: {Kinds}.")]
        public static partial void Reloaded(ILogger logger, string kinds);

        [LoggerMessage(116, LogLevel.Warning, "Changed settings are refused, and the old ones stay in force: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(117, LogLevel.Warning, "These settings have changed and need a restart: {Names}.")]
        public static partial void Waiting(ILogger logger, string names);

        [LoggerMessage(118, LogLevel.Information, "Settings read again: those in force have not changed.")]
        public static partial void Unchanged(ILogger logger);
    }
}
