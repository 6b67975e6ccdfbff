using NUnit.Framework;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Security;

/// <summary>Who may call what: every endpoint with every kind of proof.</summary>
internal static class AccessMatrix
{
    /// <summary>Each endpoint as it is mapped, a call of it, who may make it and what the answer is then.</summary>
    /// <remarks>The stream has no place for anybody in these tests, since it would not end.</remarks>
    public static readonly (string Route, string Method, string Path, string Door, int Success)[] Endpoints =
    [
        ("", "GET", "/", "none", 200),
        ("/health/live", "GET", "/health/live", "none", 200),
        ("/health/ready", "GET", "/health/ready", "none", 200),
        ("v1/transactions", "GET", "/v1/transactions?limit=1", "read", 200),
        ("v1/transactions/export", "GET", "/v1/transactions/export?format=csv", "read", 200),
        ("v1/transactions/{transactionId}", "GET", "/v1/transactions/txn_nobody", "read", 404),
        ("v1/transactions/{transactionId}/attempts", "GET", "/v1/transactions/txn_nobody/attempts", "read", 404),
        ("v1/transactions/{transactionId}/conflicts", "GET", "/v1/transactions/txn_nobody/conflicts", "read", 404),
        ("v1/transactions/{transactionId}/payload", "GET", "/v1/transactions/txn_nobody/payload", "read", 404),
        ("v1/stats", "GET", "/v1/stats", "read", 200),
        ("v1/stats/history", "GET", "/v1/stats/history?range=7d", "read", 200),
        ("v1/stats/stream", "GET", "/v1/stats/stream", "read", 503),
        ("v1/instances", "GET", "/v1/instances", "read", 200),
        ("v1/access", "GET", "/v1/access", "read", 200),
        ("/metrics", "GET", "/metrics", "read", 200),
        ("v1/transactions/{transactionId}/retry", "POST", "/v1/transactions/txn_nobody/retry", "operate", 422),
        ("v1/transactions/retry", "POST", "/v1/transactions/retry", "operate", 422),
        ("v1/transactions/{transactionId}/dismiss", "POST", "/v1/transactions/txn_nobody/dismiss", "operate", 422),
        ("v1/transactions/{transactionId}/undismiss", "POST", "/v1/transactions/txn_nobody/undismiss", "operate", 422),
        ("v1/transactions/dismiss", "POST", "/v1/transactions/dismiss", "operate", 422),
        ("v1/transactions/undismiss", "POST", "/v1/transactions/undismiss", "operate", 422),
        ("v1/accounts/{account}/erase", "POST", "/v1/accounts/acc_nobody/erase", "operate", 422),
        ("v1/stats/matches", "GET", "/v1/stats/matches", "read", 200),
        ("v1/webhooks/transactions", "POST", "/v1/webhooks/transactions", "send", 202),
        ("v1/webhooks/{source}", "POST", "/v1/webhooks/nobody", "none", 404),
        ("v1/sources", "GET", "/v1/sources", "read", 200),
        ("v1/quarantine", "GET", "/v1/quarantine", "read", 200),
        ("v1/quarantine/{id}/payload", "GET", "/v1/quarantine/1/payload", "read", 404),
        ("v1/quarantine/{id}", "DELETE", "/v1/quarantine/1", "operate", 404),
        ("v1/quarantine/{id}/replay", "POST", "/v1/quarantine/1/replay", "operate", 422),
        ("v1/quarantine/replay", "POST", "/v1/quarantine/replay", "operate", 422),
        ("v1/processing", "GET", "/v1/processing", "read", 200),
        ("v1/processing/pause", "POST", "/v1/processing/pause", "operate", 422),
        ("v1/processing/resume", "POST", "/v1/processing/resume", "operate", 422),
        ("v1/audit", "GET", "/v1/audit", "read", 200),
        ("v1/failures", "GET", "/v1/failures", "read", 200),
    ];

    /// <summary>What lies beside the endpoints and is open to all: the page to try it, which holds no data.</summary>
    private static readonly (string Route, string Method, string Path, string Door, int Success)[] Pages =
    [
        ("", "GET", "/swagger/index.html", "none", 200),
        ("", "GET", "/swagger/v1/swagger.json", "none", 200),
        ("", "GET", "/dashboard/", "none", 200),
        ("", "GET", "/dashboard/ops.js", "none", 200),
    ];

    private static readonly string Body = Payment.Json("txn_matrix");

    private static readonly (string Name, Func<(string, string)[]> Headers, string Opens)[] Proofs =
    [
        ("no key", () => [], ""),
        ("read key as bearer", () => [("Authorization", $"Bearer {TestSecrets.ReadKey}")], "read"),
        ("read key in its header", () => [("X-Api-Key", TestSecrets.ReadKey)], "read"),
        ("operate key as bearer", () => [("Authorization", $"bearer {TestSecrets.OperateKey}")], "read operate"),
        ("operate key in its header", () => [("X-Api-Key", TestSecrets.OperateKey)], "read operate"),
        ("webhook signature", () => TestSecrets.Sign(Body, TimeProvider.System.GetUtcNow()), "send"),
        ("wrong key", () => [("Authorization", "Bearer whk_0000000000000000000000000000000000000000000000000000000000000000")], ""),
        ("hash of a key", () => [("X-Api-Key", TestSecrets.Settings[2].Value.Split(':')[1])], ""),
        ("key cut short", () => [("X-Api-Key", TestSecrets.OperateKey[..^1])], ""),
        ("key in capitals", () => [("X-Api-Key", TestSecrets.OperateKey.ToUpperInvariant())], ""),
        ("key as user", () => [("Authorization", $"Basic {TestSecrets.OperateKey}")], ""),
        ("two keys", () => [("X-Api-Key", TestSecrets.OperateKey), ("X-Api-Key", TestSecrets.ReadKey)], ""),
        ("empty key", () => [("Authorization", "Bearer "), ("X-Api-Key", "")], ""),
        ("webhook secret as key", () => [("X-Api-Key", TestSecrets.Webhook)], ""),
        ("old signature", () => TestSecrets.Sign(Body, TimeProvider.System.GetUtcNow().AddHours(-1)), ""),
        ("signature of another body", () => TestSecrets.Sign("{}", TimeProvider.System.GetUtcNow()), ""),
    ];

    public static IEnumerable<TestCaseData> All =>
        from endpoint in Endpoints.Concat(Pages)
        from proof in Proofs
        select new TestCaseData(
            endpoint.Method, endpoint.Path, endpoint.Method == "POST" ? Body : "", proof.Headers,
            StatusOf(endpoint.Door, proof.Opens, endpoint.Success))
            .SetArgDisplayNames($"{endpoint.Method} {endpoint.Path}: {proof.Name}");

    private static int StatusOf(string door, string opens, int success) =>
        door == "none" || opens.Split(' ').Contains(door) ? success
        : door == "operate" && opens == "read" ? 403
        : 401;
}
