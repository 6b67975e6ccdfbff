namespace WebhookService.Tests.Persistence;

/// <summary>A database of one test's own, dropped when the test is over.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>What <c>DATABASE_URL</c> would say.</summary>
    string Url { get; }

    /// <summary>Runs a statement beside the service, as a shell would.</summary>
    Task ExecuteAsync(string sql);
}
