using NUnit.Framework;

namespace WebhookService.Tests;

/// <summary>Stops the servers that the tests of one run shared.</summary>
/// <remarks>
/// It is in the root namespace, so that it runs after the tests of all folders. A filter that matches its name runs
/// every test, so its name shares no word with common filters, such as the name of a database.
/// </remarks>
[SetUpFixture]
internal sealed class EndOfThisRun
{
    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        await PostgresOfThisRun.StopAsync();
        await SqlServerOfThisRun.StopAsync();
    }
}
