using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Commands;

/// <summary><c>check [FILE]</c>: checks a SQLite file, or the configured database, for damage.</summary>
internal static class CheckCommand
{
    public const string Name = "check";

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
}
