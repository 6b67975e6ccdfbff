using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Model;

/// <summary>
/// The database that stores the transactions, the configuration key <c>DATABASE_URL</c>, and its access: section
/// <c>Database</c>.
/// </summary>
public sealed class DatabaseOptions
{
    /// <summary>The default URL: a file in the working directory.</summary>
    public const string DefaultUrl = "sqlite:///./transactions.db";

    /// <value>Default <c>sqlite:///./transactions.db</c>.</value>
    public string Url { get; set; } = DefaultUrl;

    /// <summary>
    /// Whether a start brings the schema up to date; if false, the <c>migrate</c> command must do so.
    /// </summary>
    /// <value>Default true.</value>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>Longest duration of a migration of a server's schema.</summary>
    /// <value>Default 10 min. Whole seconds.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait for a server to commit a batch; then the connection is replaced.</summary>
    /// <value>Default 5 s. Whole seconds, since the drivers accept no others.</value>
    [DurationRange("00:00:01", "00:05:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a connection to a server.</summary>
    /// <value>Default 3 s. Whole seconds.</value>
    [DurationRange("00:00:01", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Shortest interval between attempts to connect to an unreachable server.</summary>
    /// <value>Default 250 ms.</value>
    [DurationRange("00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Most connections to a server that queries use at once, unless the URL sets it; one more connection writes.
    /// </summary>
    /// <value>Default 20.</value>
    [Range(1, 1_000)]
    public int MaxReadConnections { get; set; } = 20;
}

/// <summary>Rejects a URL that names no durable database, before anything else starts.</summary>
internal sealed class DatabaseUrlValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        try
        {
            DatabaseTarget.Parse(options.Url);
            return ValidateOptionsResult.Success;
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail(exception.Message);
        }
    }
}
