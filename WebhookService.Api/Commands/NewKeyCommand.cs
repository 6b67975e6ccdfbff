using WebhookService.Api.Hosting;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Api.Commands;

/// <summary><c>new-key NAME [read|operate]</c>: creates an API key, shows it once and stores nothing.</summary>
internal static class NewKeyCommand
{
    public const string Name = "new-key";

    /// <summary>The text to print.</summary>
    /// <exception cref="SettingException">The arguments are not a valid name and scope.</exception>
    public static string Run(string[] args)
    {
        var (name, scope) = args switch
        {
            [var only] => (only, ApiKey.Read),
            [var first, ApiKey.Read or ApiKey.Operate] => (first, args[1]),
            _ => ("", ""),
        };
        if (!ApiKey.IsName(name))
        {
            throw new SettingException(
                $"Usage: {Name} NAME [read|operate], where NAME is 1 to 64 of A-Z a-z 0-9 _ . -");
        }

        var (text, key) = ApiKey.Create(name, scope);
        return $"""
            Give this to the caller; it is shown only now:
              {text}
            Give this to the service, with the next free number; it does not reveal the key:
              Security__ApiKeys__0={key.ToSetting()}
            """;
    }
}
