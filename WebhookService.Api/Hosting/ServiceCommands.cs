using WebhookService.Api.Hosting.Demo;
using WebhookService.Api.Security;
using WebhookService.Api.Security.Keys;
using WebhookService.Infrastructure.Persistence;

namespace WebhookService.Api.Hosting;

/// <summary>What the program can be asked to do by its first argument; without one it serves.</summary>
internal static class ServiceCommands
{
    /// <summary>Does what needs neither settings nor a database; null when something else is asked for.</summary>
    /// <exception cref="SettingException">The arguments are wrong.</exception>
    public static async Task<int?> TryRunAloneAsync(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case NewKeyCommand.Name:
                Console.WriteLine(NewKeyCommand.Run(args[1..]));
                return 0;
            case HealthCommand.Name:
                return await HealthCommand.RunAsync(args[1..]);
            default:
                return null;
        }
    }

    /// <summary>Does it; the exit code.</summary>
    /// <exception cref="SettingException">There is no such command, or it may not serve as it is set.</exception>
    public static async Task<int> RunCommandAsync(this WebApplication app, string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "migrate":
                await using (app)
                {
                    var database = await app.Services.MigrateDatabaseAsync(CancellationToken.None);
                    Console.WriteLine($"The schema of {database} is up to date.");
                    return 0;
                }

            case DemoCommand.Name:
                DemoLoad.StartWith(app);
                return await ServeAsync(app);
            case { Length: > 0 } command when char.IsAsciiLetter(command[0]) && !command.Contains('='):
                throw new SettingException(
                    $"There is no command '{command}'; there are migrate, new-key, health and demo.");
            default:
                return await ServeAsync(app);
        }
    }

    private static Task<int> ServeAsync(WebApplication app)
    {
        app.Services.GetRequiredService<OpenDoors>().Check();
        return app.RunToExitCodeAsync();
    }
}
