using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace WebhookService.Tests.Benchmarks.Peers;

/// <summary>The body as a peer binds it: the usual model with the usual annotations.</summary>
public sealed record PeerTransaction
{
    [JsonPropertyName("transaction_id")]
    [Required]
    [StringLength(64, MinimumLength = 1)]
    public required string TransactionId { get; init; }

    [JsonPropertyName("source_account")]
    [Required]
    public required string SourceAccount { get; init; }

    [JsonPropertyName("destination_account")]
    [Required]
    public required string DestinationAccount { get; init; }

    [JsonPropertyName("amount")]
    [Range(0.01, 1e15)]
    public decimal Amount { get; init; }

    [JsonPropertyName("currency")]
    [Required]
    [StringLength(3, MinimumLength = 3)]
    public required string Currency { get; init; }
}
