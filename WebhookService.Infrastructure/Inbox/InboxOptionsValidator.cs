using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Infrastructure.Inbox;

/// <summary>Rejects an inbox in front of a SQLite database.</summary>
internal sealed class InboxOptionsValidator(IOptions<DatabaseOptions> database) : IValidateOptions<InboxOptions>
{
    public ValidateOptionsResult Validate(string? name, InboxOptions options) =>
        options.Path.Length > 0 && DatabaseTarget.Parse(database.Value.Url).Kind == DatabaseKind.Sqlite
            ? ValidateOptionsResult.Fail(
                "Inbox:Path must be empty with SQLite: the database itself is a file on this machine.")
            : ValidateOptionsResult.Success;
}
