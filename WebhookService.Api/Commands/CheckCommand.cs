using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Commands;

/// <summary><c>check [FILE]</c>: looks for damage in a SQLite file, or in the configured database.</summary>
internal static class CheckCommand
{
    public const string Name = "check";

    /// <summary>Prints a line for each finding, or <c>ok</c>; 0 only for that.</summary>
    /// <exception cref="DatabaseCommandException">There is nothing to look at; the message says why.</exception>
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
