using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Settings;

namespace WebhookService.Infrastructure.Model;

/// <summary>
/// Where transactions are kept, the configuration key <c>DATABASE_URL</c>, and how it is reached: section
/// <c>Database</c>.
/// </summary>
public sealed class DatabaseOptions
{
    /// <summary>The default URL: a file in the working directory.</summary>
    public const string DefaultUrl = "sqlite:///./transactions.db";

    /// <value>Default <c>sqlite:///./transactions.db</c>.</value>
    public string Url { get; set; } = DefaultUrl;

    /// <summary>
    /// Whether a start brings the schema up to date; false: it waits until the <c>migrate</c> command has.
    /// </summary>
    /// <value>Default true.</value>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>Longest time that bringing the schema of a server up to date may take.</summary>
    /// <value>Default 10 min. Whole seconds.</value>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait for a server to take a batch; then the connection is given up and made anew.</summary>
    /// <value>Default 5 s. Whole seconds, since the drivers know no others.</value>
    [DurationRange("00:00:01", "00:05:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a connection to a server.</summary>
    /// <value>Default 3 s. Whole seconds.</value>
    [DurationRange("00:00:01", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Shortest time between two attempts to reach a server that cannot be reached.</summary>
    /// <value>Default 250 ms.</value>
    [DurationRange("00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Most connections to a server that queries use at once, unless the URL says so; one more writes.
    /// </summary>
    /// <value>Default 20.</value>
    [Range(1, 1_000)]
    public int MaxReadConnections { get; set; } = 20;
}

/// <summary>Refuses a URL that names no durable place, before anything else starts.</summary>
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
