using Microsoft.Extensions.Options;
using WebhookService.Api.Hosting;
using WebhookService.Infrastructure;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Api.Commands;

/// <summary><c>copy --from URL --to URL</c>: copies all rows to another database, of any kind.</summary>
internal static class CopyCommand
{
    public const string Name = "copy";

    private const string From = "--from";
    private const string To = "--to";
    private const string Usage = $"Usage: {Name} {From} URL {To} URL, where the URLs are those of DATABASE_URL.";

    // The command and two options with their values.
    private const int Length = 5;

    /// <summary>The arguments that are settings, which may follow those of the command.</summary>
    public static string[] LeaveSettings(string[] args) => args[Math.Min(args.Length, Length)..];

    /// <summary>Prints progress and differences; returns 0 when every row is equal, otherwise 1.</summary>
    /// <exception cref="SettingException">The arguments are wrong.</exception>
    /// <exception cref="DatabaseCommandException">The copy was refused or stopped; the message says why.</exception>
    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        await using (app)
        {
            using var source = Compose(app.Configuration, From, args);
            using var target = Compose(app.Configuration, To, args);
            var differences = await CopyCommands.CopyDatabaseAsync(
                source.Services, target.Services, Console.WriteLine, CancellationToken.None);
            if (differences > 0)
            {
                Console.WriteLine(
                    $"{differences} difference(s): the copy is not complete, and no service starts on it. Delete the "
                    + "target, create it again, and run the command again.");
                return 1;
            }

            Console.WriteLine("ok: every row is equal. A service may start on the target.");
            return 0;
        }
    }

    // A host of its own, which never starts, for each database: DATABASE_URL names neither of the two.
    private static IHost Compose(IConfiguration settings, string option, string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(settings)
            .AddInMemoryCollection([KeyValuePair.Create("DATABASE_URL", (string?)Find(option, args))]);
        builder.Services.AddWebhookInfrastructure();
        var host = builder.Build();
        try
        {
            _ = host.Services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            return host;
        }
        catch (OptionsValidationException exception)
        {
            host.Dispose();
            throw new SettingException(
                exception.Message.Replace("DATABASE_URL", option, StringComparison.Ordinal));
        }
    }

    private static string Find(string option, string[] args)
    {
        var own = args[..Math.Min(args.Length, Length)];
        return Array.IndexOf(own, option) is > 0 and var at && at + 1 < own.Length
            ? own[at + 1]
            : throw new SettingException(Usage);
    }
}
