using Microsoft.Extensions.Options;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Where transactions are kept: the configuration key <c>DATABASE_URL</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>The default URL: a file in the working directory.</summary>
    public const string DefaultUrl = "sqlite:///./transactions.db";

    /// <value>Default <c>sqlite:///./transactions.db</c>.</value>
    public string Url { get; set; } = DefaultUrl;
}

/// <summary>Refuses a URL that names no durable place, before anything else starts.</summary>
internal sealed class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options) =>
        DatabaseUrl.TryGetSqlitePath(options.Url, out _, out var error)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(error);
}
