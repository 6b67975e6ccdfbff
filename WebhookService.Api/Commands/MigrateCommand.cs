using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Commands;

/// <summary><c>migrate</c>: brings the schema up to date.</summary>
internal static class MigrateCommand
{
    public const string Name = "migrate";

    public static async Task<int> RunAsync(WebApplication app)
    {
        await using (app)
        {
            var database = await app.Services.MigrateDatabaseAsync(CancellationToken.None);
            Console.WriteLine($"The schema of {database} is up to date.");
            return 0;
        }
    }
}
