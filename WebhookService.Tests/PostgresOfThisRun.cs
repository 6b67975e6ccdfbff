using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests;

/// <summary>The server that tests of one run share. They ask it for answers, not for durability.</summary>
internal static class PostgresOfThisRun
{
    private static readonly Lazy<Task<PostgresServer>> Started = new(() => PostgresServer.StartAsync("-c fsync=off"));

    /// <summary>Its URL; skips the test where there is none.</summary>
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

    /// <summary>Ends it, if it was started.</summary>
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).DisposeAsync();
        }
    }
}
