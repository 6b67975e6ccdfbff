using NUnit.Framework;

namespace WebhookService.Tests;

/// <summary>Stops what the tests of one run shared.</summary>
/// <remarks>
/// It stands at the root, so that the tests of all folders are over by then. A filter that matches its name runs every
/// test, so its name has nothing in common with what people filter by, such as that of a database.
/// </remarks>
[SetUpFixture]
public sealed class EndOfThisRun
{
    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        await PostgresOfThisRun.StopAsync();
        await SqlServerOfThisRun.StopAsync();
    }
}
