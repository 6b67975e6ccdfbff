using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookService.Api;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Writing.Contracts;
using WebhookService.Tests.Writing.PostgreSql;
using WebhookService.Tests.Writing.SqlServer;

namespace WebhookService.Tests.Support.Services;

/// <summary>
/// The whole service in memory with its own database: a file, or, with WEBHOOK_TEST_APP_DATABASE=postgres or sqlserver,
/// a database on that server of this run.
/// </summary>
internal sealed class WebhookApp : WebApplicationFactory<Program>
{
    public const string Webhooks = "/v1/webhooks/transactions";

    private static readonly string? Shared = Environment.GetEnvironmentVariable("WEBHOOK_TEST_APP_DATABASE");

    // A machine under load would exceed the real limits, which no test with this app is about.
    private static readonly TimeSpan NoDeadline = TimeSpan.FromMinutes(1);

    private readonly TempDirectory _directory = new();
    private readonly ITestDatabase? _database;
    private readonly Dictionary<string, string?> _settings = [];
    private readonly Lazy<HttpClient> _client;

    public WebhookApp(params (string Key, string Value)[] settings)
    {
        // Lazy, since tests of one fixture share an app and start it together.
        _client = new Lazy<HttpClient>(() => CreateClient());
        _database = Task.Run(CreateDatabaseAsync).GetAwaiter().GetResult();
        _settings["DATABASE_URL"] = _database?.Url ?? _directory.DatabaseUrl;
        _settings["Processing:Delay"] = "00:00:00";
        _settings["Reads:Timeout"] = $"{NoDeadline}";
        foreach (var (key, value) in settings)
        {
            _settings[key.Replace("__", ":", StringComparison.Ordinal)] = value;
        }
    }

    public CountingExternalApi? ExternalApi { get; init; }

    public ITransactionReader? Reader { get; init; }

    /// <summary>Registers services of the test, after those of the service.</summary>
    public Action<IServiceCollection>? AddServices { get; init; }

    /// <summary>A JSON file of settings and a directory of secrets, above the other settings; null for none.</summary>
    public (string Json, string Secrets)? Files { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public LogCollector Logs { get; } = new();

    public HttpClient Client => _client.Value;

    internal TransactionStore Store => Services.GetRequiredService<TransactionStore>();

    public static StringContent Json(string body, string mediaType = "application/json") =>
        new(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };

    public Task<HttpResponseMessage> PostAsync(string json) => Client.PostAsync(Webhooks, Json(json));

    public Task<string> GetStringAsync(string path) => Client.GetStringAsync(path);

    /// <summary>The status and the text of <c>/health/ready</c>.</summary>
    public async Task<(int Status, string Text)> GetReadyAsync()
    {
        using var response = await Client.GetAsync("/health/ready");
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task WaitUntilReadyAsync() =>
        Eventually.HoldsAsync(async () => (await GetReadyAsync()).Status == 200, "the service is ready");

    public Task WaitForStatusAsync(string transactionId, string status) => Eventually.HoldsAsync(
        async () => (await GetStringAsync($"/v1/transactions/{transactionId}"))
            .Contains($"\"status\":\"{status}\"", StringComparison.Ordinal),
        $"{transactionId} is {status}");

    // A test that fails before it moves its clock would otherwise wait here and end the whole run.
    public override async ValueTask DisposeAsync() => await base.DisposeAsync().AsTask().WaitAsync(NoDeadline);

    private static async Task<ITestDatabase?> CreateDatabaseAsync() => Shared switch
    {
        "postgres" => await PostgresDatabase.CreateAsync(),
        "sqlserver" => await SqlServerTestDatabase.CreateAsync(),
        _ => null,
    };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureAppConfiguration(configuration =>
        {
            configuration.AddInMemoryCollection(_settings);
            if (Files is { } files)
            {
                configuration.AddJsonFile(files.Json, optional: true, reloadOnChange: false).AddKeyPerFile(files.Secrets);
            }
        });
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton(Clock);

            // Longer than the setting allows, so its validation is removed.
            services.RemoveAll<IValidateOptions<IntakeOptions>>()
                .PostConfigure<IntakeOptions>(intake => intake.Deadline = NoDeadline);
            if (ExternalApi is not null)
            {
                services.AddSingleton<IExternalApi>(ExternalApi);
            }

            if (Reader is not null)
            {
                services.AddSingleton(Reader);
            }

            AddServices?.Invoke(services);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Task.Run(async () => await (_database?.DisposeAsync() ?? ValueTask.CompletedTask)).GetAwaiter().GetResult();
            _directory.Dispose();
            TestLogs.Check(Logs.Text);
        }
    }
}
