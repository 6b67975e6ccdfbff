namespace WebhookService.Api.Telemetry;

/// <summary>The log on the console: for people in Development, for machines elsewhere.</summary>
internal static class ServiceLog
{
    /// <summary>One JSON object per line outside Development, unless the configuration names a format.</summary>
    public static void AddServiceLog(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment() && builder.Configuration["Logging:Console:FormatterName"] is null)
        {
            builder.Logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
    }
}
