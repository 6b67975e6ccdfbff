using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>Hangfire on PostgreSQL: one job enqueued a request, and a job that does nothing.</summary>
/// <remarks>Hangfire's and PostgreSQL's own defaults, fsync on; the server runs in the same process.</remarks>
internal static class HangfireJob
{
    public static Task<int> RunAsync(string port, string connection) => PeerHost.RunAsync<HangfireController>(
        port,
        builder => builder.Services
            .AddHangfire(hangfire => hangfire
                .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
                .UseSimpleAssemblyNameTypeSerializer()
                .UseRecommendedSerializerSettings()
                .UsePostgreSqlStorage(storage => storage.UseNpgsqlConnection(connection)))
            .AddHangfireServer());
}

[ApiController]
[Route("v1/webhooks/transactions")]
public sealed class HangfireController(IBackgroundJobClient jobs) : ControllerBase
{
    [HttpPost]
    public IActionResult Receive(PeerTransaction body)
    {
        ArgumentNullException.ThrowIfNull(body);
        jobs.Enqueue<NoOpJob>(job => job.Run(body));
        return Accepted(new { message = "accepted", transaction_id = body.TransactionId });
    }
}

public sealed class NoOpJob
{
    public void Run(PeerTransaction transaction) => ArgumentNullException.ThrowIfNull(transaction);
}
