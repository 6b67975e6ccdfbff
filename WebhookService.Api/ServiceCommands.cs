using System.Reflection;
using WebhookService.Api.Commands;
using WebhookService.Api.Demo;
using WebhookService.Api.Hosting;

namespace WebhookService.Api;

/// <summary>The program's commands, selected by the first argument; without one, it serves.</summary>
internal static class ServiceCommands
{
    private const string Help = """
        Without a command, it serves on port 8000. Settings are environment variables or --Name=value.

          demo                     serves with a temporary database, an external system and a light load
          health [live|ready]      probes the instance on PORT; exit code 0 or 1
          migrate                  brings the schema of DATABASE_URL up to date
          backup FILE              copies the SQLite database, even while it is served
          check [FILE]             checks a SQLite database for damage
          check --repair-totals    corrects the totals of DATABASE_URL after rows were deleted by hand
          copy --from URL --to URL copies all rows to an empty database of any kind, and compares them
          source-test NAME FILE [--header NAME=VALUE]... [--sign]
                                   prints what a saved body of a source would become
          new-key NAME [read|operate]
                                   creates an API key
          --version                prints the version
        """;

    // Of the build: a revision follows the version after a plus sign, if the build knows one.
    private static readonly string Version = typeof(ServiceCommands).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static readonly string[] TakingFile = [BackupCommand.Name, CheckCommand.Name];

    /// <summary>Runs a command that needs neither settings nor a database; null for any other.</summary>
    /// <exception cref="SettingException">The arguments are wrong.</exception>
    public static Task<int>? TryRunAlone(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case NewKeyCommand.Name:
                Console.WriteLine(NewKeyCommand.Run(args[1..]));
                return Task.FromResult(0);
            case HealthCommand.Name:
                return HealthCommand.RunAsync(args[1..]);
            case "--version":
                Console.WriteLine(Version);
                return Task.FromResult(0);
            case "help" or "--help" or "-h":
                Console.WriteLine(Help);
                return Task.FromResult(0);
            default:
                return null;
        }
    }

    /// <summary>Whether the arguments are no command but to serve, so that all sockets are those of requests.</summary>
    public static bool Serves(string[] args) => args.FirstOrDefault() is not (MigrateCommand.Name or BackupCommand.Name
        or CheckCommand.Name or CopyCommand.Name or SourceTestCommand.Name);

    /// <summary>The arguments that are settings, without a file path, which would be mistaken for one.</summary>
    public static string[] LeaveSettings(string[] args) => args.FirstOrDefault() switch
    {
        SourceTestCommand.Name => SourceTestCommand.LeaveSettings(args),
        CopyCommand.Name => CopyCommand.LeaveSettings(args),
        CheckCommand.Name when CheckCommand.IsRepair(args) => args[2..],
        _ => args[(FileOf(args) is null ? 0 : 2)..],
    };

    /// <summary>Runs a command and returns its exit code.</summary>
    /// <exception cref="SettingException">The command is unknown, or the settings do not allow serving.</exception>
    public static Task<int> RunCommandAsync(this WebApplication app, string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case MigrateCommand.Name:
                return MigrateCommand.RunAsync(app);
            case BackupCommand.Name:
                return BackupCommand.RunAsync(app, FileOf(args));
            case CheckCommand.Name:
                CheckCommand.RequireUsage(args, FileOf(args));
                return CheckCommand.IsRepair(args)
                    ? CheckCommand.RepairTotalsAsync(app)
                    : CheckCommand.RunAsync(app, FileOf(args));
            case CopyCommand.Name:
                return CopyCommand.RunAsync(app, args);
            case SourceTestCommand.Name:
                return SourceTestCommand.RunAsync(app, args);
            case DemoCommand.Name:
                DemoLoad.StartWith(app);
                return ServeAsync(app);
            case { Length: > 0 } command when char.IsAsciiLetter(command[0]) && !command.Contains('='):
                throw new SettingException(
                    $"Unknown command '{command}'; commands: migrate, backup, check, copy, source-test, new-key, "
                    + "health, demo, help.");
            default:
                return ServeAsync(app);
        }
    }

    private static string? FileOf(string[] args) =>
        args is [var command, { Length: > 0 } file, ..] && TakingFile.Contains(command) && file[0] != '-' ? file : null;

    private static Task<int> ServeAsync(WebApplication app)
    {
        app.Services.WarnOfUnknownSettings();
        app.BeginToServe();
        app.UseWholeService();
        return app.RunToExitCodeAsync();
    }
}
