using System.Globalization;

namespace WebhookService.Api.Hosting;

/// <summary>Reads the two variables that decide how the service starts: <c>ENVIRONMENT</c> and <c>PORT</c>.</summary>
internal static class ServiceEnvironment
{
    private const string DefaultPort = "8000";

    /// <summary>
    /// The host's options: settings are read from the program's directory, whatever the working directory, and the
    /// environment from <c>--environment</c>, <c>ASPNETCORE_ENVIRONMENT</c> or <c>ENVIRONMENT</c>, in this order.
    /// </summary>
    /// <remarks>
    /// Explicit, since ASP.NET Core gives <c>DOTNET_ENVIRONMENT</c> precedence over its own variable: a service meant
    /// for Production would be open to all wherever that variable says Development.
    /// </remarks>
    public static WebApplicationOptions CreateOptions(string[] args) => new()
    {
        // The files are polled instead, and checked before they are in force. See docs/decisions/0028-reload.md.
        Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        ContentRootPath = AppContext.BaseDirectory,
        EnvironmentName = ToName(new ConfigurationBuilder().AddCommandLine(args).Build()["ENVIRONMENT"])
            ?? ToName(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"))
            ?? ToName(Environment.GetEnvironmentVariable("ENVIRONMENT")),
    };

    /// <summary>
    /// Listens on <c>PORT</c> on all addresses, unless ASP.NET Core's own settings name addresses.
    /// </summary>
    /// <exception cref="SettingException">PORT is not a valid port.</exception>
    public static void UseListeningPort(this WebApplicationBuilder builder)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["urls"])
            || builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            return;
        }

        builder.WebHost.UseUrls($"http://*:{ReadPort(builder.Configuration["PORT"])}");
    }

    /// <summary>Parses the port to listen on; null gives the default.</summary>
    /// <exception cref="SettingException">The text is not a valid port.</exception>
    public static int ReadPort(string? text)
    {
        text ??= DefaultPort;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65_535)
        {
            throw new SettingException($"PORT must be from 1 to 65535; '{text}' is not.");
        }

        return port;
    }

    private static string? ToName(string? environment) => environment?.ToUpperInvariant() switch
    {
        null or "" => null,
        "LOCAL" or "DEVELOPMENT" => Environments.Development,
        "PRODUCTION" => Environments.Production,
        _ => environment,
    };
}
