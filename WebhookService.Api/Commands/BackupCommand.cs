using System.Globalization;
using System.Runtime.InteropServices;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure.Administration;

namespace WebhookService.Api.Commands;

/// <summary><c>backup FILE</c>: copies the SQLite database, even while the service runs.</summary>
internal static class BackupCommand
{
    public const string Name = "backup";

    /// <exception cref="SettingException">No file is named.</exception>
    /// <exception cref="DatabaseCommandException">The backup failed; the message says why.</exception>
    public static async Task<int> RunAsync(WebApplication app, string? file)
    {
        LowPriority.Take();
        using var stopping = new CancellationTokenSource();
        using var interrupt = StopOn(PosixSignal.SIGINT, stopping);
        using var terminate = StopOn(PosixSignal.SIGTERM, stopping);
        await using (app)
        {
            var backup = app.Services.BackUpDatabase(
                file ?? throw new SettingException($"Usage: {Name} FILE, where FILE does not exist yet."),
                stopping.Token);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Backed up {backup.Transactions} transactions, {backup.Size} bytes, to {backup.File}"));
            return 0;
        }
    }

    // Cancels the backup, which removes its unfinished file.
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stopping) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });
}
