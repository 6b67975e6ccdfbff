namespace WebhookService.Tests.Support;

/// <summary>A temporary directory of one test, deleted at its end.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webhook-test-");

    public string Database => System.IO.Path.Combine(_directory.FullName, "transactions.db");

    public string DatabaseUrl => $"sqlite:///{Database}";

    public string Path => _directory.FullName;

    public void Dispose()
    {
        // A fixture may be disposed twice: by the test and by the runner.
        if (Directory.Exists(Path))
        {
            _directory.Delete(recursive: true);
        }
    }
}
