namespace WebhookService.Api.Demo;

/// <summary><c>demo</c>: the service with a temporary database, an external system and a light load.</summary>
internal sealed class DemoCommand : IAsyncDisposable
{
    public const string Name = "demo";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webhook-demo-");
    private readonly DemoBank _bank;

    private DemoCommand(DemoBank bank) => _bank = bank;

    /// <summary>Starts the demo's external system; null for any other command.</summary>
    public static async Task<DemoCommand?> TryStartAsync(string[] args) =>
        args.FirstOrDefault() == Name ? new DemoCommand(await DemoBank.StartAsync()) : null;

    /// <summary>The arguments that make the service a demo; the caller's override its defaults.</summary>
    /// <remarks>The database and the external system are always the demo's own, since it writes to
    /// both.</remarks>
    public string[] Extend(string[] args) =>
    [
        Name,
        "--ENVIRONMENT=local",
        "--ExternalApi:MaxAttempts=4",
        "--ExternalApi:BackoffMax=00:00:10",
        .. DemoProvider.Settings,
        .. args[1..],
        $"--DATABASE_URL=sqlite:///{Path.Combine(_directory.FullName, "transactions.db").Replace('\\', '/')}",
        "--Inbox:Path=",
        $"--ExternalApi:Url={_bank.Url}",
    ];

    public async ValueTask DisposeAsync()
    {
        await _bank.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
