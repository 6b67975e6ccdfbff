using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Commands;

/// <summary>
/// <c>check [FILE]</c>: checks a SQLite file, or the configured database, for damage; <c>check --repair-totals</c>
/// corrects the totals of the configured database.
/// </summary>
internal static class CheckCommand
{
    public const string Name = "check";

    private const string Repair = "--repair-totals";

    /// <summary>Whether the arguments ask for a repair.</summary>
    public static bool IsRepair(string[] args) => args is [Name, Repair, ..];

    /// <summary>Refuses what is neither a setting nor a file in its place: it would be ignored.</summary>
    /// <exception cref="SettingException">There is such an argument.</exception>
    public static void RequireUsage(string[] args, string? file)
    {
        var rest = args[(file is not null || IsRepair(args) ? 2 : 1)..];
        if (rest is [not ['-', '-', ..], ..] && !rest[0].Contains('=')
            || rest.Any(argument => argument.StartsWith("--repair", StringComparison.OrdinalIgnoreCase)))
        {
            throw new SettingException(
                $"Usage: {Name} [FILE], or {Name} {Repair}, which repairs the configured database.");
        }
    }

    /// <summary>Prints a line per finding and returns 1, or prints <c>ok</c> and returns 0.</summary>
    /// <exception cref="DatabaseCommandException">The check cannot run; the message says why.</exception>
    public static async Task<int> RunAsync(WebApplication app, string? file)
    {
        LowPriority.Take();
        await using (app)
        {
            if (app.Services.CheckDatabase(file, Console.WriteLine) > 0)
            {
                return 1;
            }

            Console.WriteLine("ok");
            return 0;
        }
    }

    /// <summary>Prints a line per total that it corrects, then <c>ok</c>; returns 0.</summary>
    /// <exception cref="DatabaseCommandException">The totals cannot be repaired; the message says why.</exception>
    public static async Task<int> RepairTotalsAsync(WebApplication app)
    {
        await using (app)
        {
            await app.Services.RepairTotalsAsync(Console.WriteLine, CancellationToken.None);
            Console.WriteLine("ok");
            return 0;
        }
    }
}
