using System.ComponentModel.DataAnnotations;
using WebhookService.Domain;

namespace WebhookService.Api.Webhooks;

/// <summary>A transaction, as a payment provider sends it.</summary>
/// <remarks>For the API document only: <see cref="TransactionParser"/> reads the bytes.</remarks>
/// <param name="TransactionId">Unique per transaction and case-sensitive; sending it again is harmless.</param>
/// <param name="SourceAccount">The account the money leaves.</param>
/// <param name="DestinationAccount">The account the money goes to.</param>
/// <param name="Amount">Greater than 0, two decimals at most; a number, or the same digits as a string. Never
/// rounded.</param>
/// <param name="Currency">An active ISO 4217 code, in either case.</param>
internal sealed record TransactionRequest(
    [property: Required]
    [property: RegularExpression("^[A-Za-z0-9_.:-]{1,64}$")]
    string TransactionId,
    [property: Required]
    [property: StringLength(TransactionRules.MaxAccountLength, MinimumLength = 1)]
    string SourceAccount,
    [property: Required]
    [property: StringLength(TransactionRules.MaxAccountLength, MinimumLength = 1)]
    string DestinationAccount,
    [property: Required]
    decimal Amount,
    [property: Required]
    [property: StringLength(3, MinimumLength = 3)]
    string Currency);
