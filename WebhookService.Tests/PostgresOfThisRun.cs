using NUnit.Framework;
using WebhookService.Tests.Support.Databases;

namespace WebhookService.Tests;

/// <summary>The PostgreSQL server that the tests of one run share. It runs without fsync: no test needs durability.</summary>
internal static class PostgresOfThisRun
{
    private static readonly Lazy<Task<PostgresServer>> Started = new(() => PostgresServer.StartAsync("-c fsync=off"));

    /// <summary>The URL of the server; skips the test when there is none.</summary>
    public static async Task<string> GetUrlAsync()
    {
        if (Environment.GetEnvironmentVariable("WEBHOOK_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        if (!PostgresServer.IsInstalled)
        {
            Assert.Ignore("No PostgreSQL: set WEBHOOK_TEST_POSTGRES to its URL, or install the package postgresql.");
        }

        return (await Started.Value).Url("postgres");
    }

    /// <summary>Stops the server, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).DisposeAsync();
        }
    }
}
