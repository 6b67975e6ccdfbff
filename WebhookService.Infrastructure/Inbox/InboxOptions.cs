using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>
/// The local file that keeps accepted transactions until a database server has them: section <c>Inbox</c>.
/// </summary>
public sealed class InboxOptions
{
    /// <summary>Path of the file, on a disk that outlives the process; empty: no inbox.</summary>
    /// <value>Default empty: in a container without a volume, the file and its transactions would be lost.</value>
    public string Path { get; set; } = "";

    /// <summary>
    /// Largest size of the file, in bytes; when it is full, webhooks are answered 503. Its log may take a few MB more.
    /// </summary>
    /// <value>Default 1 GiB, which is about five million transactions.</value>
    [Range(1_048_576, 1_099_511_627_776)]
    public long MaxSize { get; set; } = 1_073_741_824;

    /// <summary>Bytes to keep free on its disk; below that, webhooks are answered 503.</summary>
    /// <value>Default 64 MiB.</value>
    [Range(0, 1_099_511_627_776)]
    public long DiskReserve { get; set; } = 67_108_864;

    /// <summary>Most transactions that are forwarded at once.</summary>
    /// <value>Default 500.</value>
    [Range(1, 10_000)]
    public int ForwardBatch { get; set; } = 500;

    /// <summary>Pause before another attempt when the server accepts nothing.</summary>
    /// <value>Default 1 s.</value>
    [DurationRange("00:00:00.010", "00:05:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>Rejects an inbox in front of a SQLite database.</summary>
internal sealed class InboxOptionsValidator(IOptions<DatabaseOptions> database) : IValidateOptions<InboxOptions>
{
    public ValidateOptionsResult Validate(string? name, InboxOptions options) =>
        options.Path.Length > 0 && DatabaseTarget.Parse(database.Value.Url).Kind == DatabaseKind.Sqlite
            ? ValidateOptionsResult.Fail(
                "Inbox__Path must be empty with SQLite: the database itself is a file on this machine.")
            : ValidateOptionsResult.Success;
}
