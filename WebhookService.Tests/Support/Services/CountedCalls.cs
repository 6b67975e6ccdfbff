using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Infrastructure.Processing;

namespace WebhookService.Tests.Support.Services;

/// <summary>
/// Makes a real service process report each external call to the test, at WEBHOOK_TEST_CALLS, before the call begins.
/// </summary>
internal sealed class CountedCalls : IHostingStartup
{
    /// <summary>The variable that holds the URL to which calls are reported.</summary>
    public const string Variable = "WEBHOOK_TEST_CALLS";

    public void Configure(IWebHostBuilder builder) =>
        builder.ConfigureServices(services => services.AddSingleton<IExternalApi, TellingExternalApi>());

    private sealed class TellingExternalApi(IOptions<ProcessingOptions> options) : IExternalApi, IDisposable
    {
        private readonly HttpClient _test = new() { BaseAddress = new Uri(Environment.GetEnvironmentVariable(Variable)!) };

        public void Dispose() => _test.Dispose();

        public async ValueTask<CallResult?> CallAsync(
            Transaction transaction, Func<bool> mayBegin, CancellationToken cancellationToken)
        {
            var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            using var told = await _test.PostAsync($"/{process}/{transaction.TransactionId}", null, cancellationToken);
            told.EnsureSuccessStatusCode();
            await Task.Delay(options.Value.Delay, TimeProvider.System, cancellationToken);
            return Attempts.Result();
        }
    }
}
