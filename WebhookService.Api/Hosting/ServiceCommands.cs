using WebhookService.Infrastructure.Persistence;

namespace WebhookService.Api.Hosting;

/// <summary>What the program can be asked to do by its first argument; without one it serves.</summary>
internal static class ServiceCommands
{
    /// <summary>Does it; the exit code.</summary>
    /// <exception cref="SettingException">There is no such command.</exception>
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

            case { Length: > 0 } command when char.IsAsciiLetter(command[0]) && !command.Contains('='):
                throw new SettingException($"There is no command '{command}'; there is migrate.");
            default:
                return await app.RunToExitCodeAsync();
        }
    }
}
