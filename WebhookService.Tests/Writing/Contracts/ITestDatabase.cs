namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The database of one test, dropped when the test is over.</summary>
internal interface ITestDatabase : IAsyncDisposable
{
    /// <summary>The value of <c>DATABASE_URL</c>.</summary>
    string Url { get; }

    /// <summary>Runs a statement outside the service, as a shell would.</summary>
    Task ExecuteAsync(string sql);
}
