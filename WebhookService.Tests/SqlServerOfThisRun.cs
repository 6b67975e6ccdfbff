using DotNet.Testcontainers.Builders;
using NUnit.Framework;
using Testcontainers.MsSql;

namespace WebhookService.Tests;

/// <summary>The SQL Server that tests of one run share.</summary>
internal static class SqlServerOfThisRun
{
    private const string Image = "mcr.microsoft.com/mssql/server:2022-latest";

    private static readonly Lazy<Task<(MsSqlContainer? Container, string? Reason)>> Started = new(StartAsync);

    /// <summary>Its connection string; skips the test where there is none.</summary>
    public static async Task<string> GetConnectionStringAsync()
    {
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_SQLSERVER") is { Length: > 0 } given)
        {
            return given;
        }

        var (container, reason) = await Started.Value;
        if (container is null)
        {
            Assert.Ignore($"No SQL Server: set WEBHOOK_TEST_SQLSERVER to a connection string, or run Docker. ({reason})");
        }

        return container!.GetConnectionString();
    }

    /// <summary>Ends it, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated && (await Started.Value).Container is { } container)
        {
            await container.DisposeAsync();
        }
    }

    // The container library refuses to be built where no Docker engine is configured, and fails to start where the
    // configured one does not answer: the first is why a test is skipped, the second a failure worth seeing.
    private static async Task<(MsSqlContainer? Container, string? Reason)> StartAsync()
    {
        MsSqlContainer container;
        try
        {
            container = new MsSqlBuilder(Image).Build();
        }
        catch (DockerUnavailableException exception)
        {
            return (null, exception.Message.Split('\n')[0]);
        }

        await container.StartAsync();
        return (container, null);
    }
}
