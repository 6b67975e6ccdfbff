using System.Globalization;
using WebhookService.Api.Demo;
using WebhookService.Api.Hosting;
using WebhookService.Api.Telemetry;
using WebhookService.Api.Transport;

namespace WebhookService.Api;

/// <summary>
/// The service as a process of its own: the smallest host of <see cref="TransactionWebhooksExtensions"/>.
/// </summary>
/// <remarks>
/// In tests, <c>WebApplicationFactory&lt;WebhookService.Api.Program&gt;</c> starts it. It has a namespace, so that it
/// does not hide the Program of an application that has the service as a library.
/// </remarks>
public sealed class Program
{
    private Program()
    {
    }

    /// <summary>Runs a command, or serves if there is none.</summary>
    /// <param name="args">The command and settings.</param>
    /// <returns>0, or 1 if it could not start or has failed.</returns>
    public static async Task<int> Main(string[] args)
    {
        // Numbers and times have the same format on every machine. The SQL Server driver does not work with the
        // runtime's own switch for it, and a culture set on this thread alone would flow into every request.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

        try
        {
            if (ServiceCommands.TryRunAlone(args) is { } running)
            {
                return await running;
            }

            await using var demo = await DemoCommand.TryStartAsync(args);
            var settings = demo?.Extend(args) ?? ServiceCommands.LeaveSettings(args);
            var builder = WebApplication.CreateBuilder(ServiceEnvironment.CreateOptions(settings));
            if (demo is null)
            {
                builder.AddSecretFiles();
            }

            builder.UseListeningPort();
            if (ServiceCommands.Serves(args))
            {
                builder.UseInlineTransport();
            }

            builder.AddServiceLog();
            builder.AddTelemetryExport();
            builder.AddSettingsReload();
            builder.AddTransactionWebhooks();
            builder.Services.AddWholeService();

            var app = builder.Build();
            app.CheckSettings();
            return await app.RunCommandAsync(args);
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }
}
