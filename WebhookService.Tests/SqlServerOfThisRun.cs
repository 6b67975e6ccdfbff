using DotNet.Testcontainers.Builders;
using NUnit.Framework;
using Testcontainers.MsSql;

namespace WebhookService.Tests;

/// <summary>The SQL Server that the tests of one run share.</summary>
internal static class SqlServerOfThisRun
{
    private const string Image = "mcr.microsoft.com/mssql/server:2022-latest";

    private static readonly Lazy<Task<(MsSqlContainer? Container, string? Reason)>> Started = new(StartAsync);

    /// <summary>The connection string of the server; skips the test when there is none.</summary>
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

    /// <summary>Stops the server, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated && (await Started.Value).Container is { } container)
        {
            await container.DisposeAsync();
        }
    }

    // The container library throws at Build when no Docker engine is configured, which skips the test, and at Start
    // when the configured engine does not answer, which must fail it.
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
