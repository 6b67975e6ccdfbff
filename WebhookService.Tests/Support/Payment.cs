using System.Text.Json;

namespace WebhookService.Tests.Support;

/// <summary>Webhook bodies: a valid one, and the same with one member changed.</summary>
internal static class Payment
{
    public static string Json(
        string id = "txn_abc123def456",
        string source = "acc_user_789",
        string destination = "acc_merchant_456",
        string amount = "150.50",
        string currency = "INR") =>
        $"{{\"transaction_id\":{Quote(id)},\"source_account\":{Quote(source)},"
        + $"\"destination_account\":{Quote(destination)},\"amount\":{amount},\"currency\":{Quote(currency)}}}";

    /// <summary>A valid body in which one member's value is the given raw JSON; null leaves the member out.</summary>
    public static string With(string member, string? rawValue)
    {
        Dictionary<string, string?> members = new()
        {
            ["transaction_id"] = "\"txn_abc123def456\"",
            ["source_account"] = "\"acc_user_789\"",
            ["destination_account"] = "\"acc_merchant_456\"",
            ["amount"] = "150.50",
            ["currency"] = "\"INR\"",
            [member] = rawValue,
        };
        return "{" + string.Join(',', members.Where(m => m.Value is not null).Select(m => $"\"{m.Key}\":{m.Value}")) + "}";
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
