using System.Text.Json;
using WebhookService.Api.Http;

namespace WebhookService.Api.Webhooks;

[Flags]
internal enum Member
{
    Other = 0,
    TransactionId = 1,
    SourceAccount = 2,
    DestinationAccount = 4,
    Amount = 8,
    Currency = 16,
}

/// <summary>
/// The member names seen so far. A name is recognized in its exact case, but repetitions in any case.
/// </summary>
internal struct MemberNames
{
    public const string TransactionId = "transaction_id";
    public const string SourceAccount = "source_account";
    public const string DestinationAccount = "destination_account";
    public const string Amount = "amount";
    public const string Currency = "currency";

    private Member _known;
    private HashSet<string>? _others;

    /// <summary>Identifies the member at the reader's position and whether its name is a repetition.</summary>
    public Member Recognize(ref Utf8JsonReader reader, out bool isRepeated)
    {
        var member = reader.ValueIsEscaped ? Member.Other : Match(ref reader);
        if (member != Member.Other)
        {
            isRepeated = !TryMark(member);
            return member;
        }

        // A name with a lone surrogate cannot be decoded, but it can be compared as it is written.
        var name = JsonText.TryGet(ref reader, out var text) ? text : Convert.ToHexString(reader.ValueSpan);
        var variant = Match(name.ToLowerInvariant());
        isRepeated = variant != Member.Other
            ? !TryMark(variant)
            : !(_others ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(name);
        return Match(name);
    }

    // Only for names without escapes: comparing one with a lone surrogate would throw.
    private static Member Match(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("transaction_id"u8) ? Member.TransactionId
        : reader.ValueTextEquals("source_account"u8) ? Member.SourceAccount
        : reader.ValueTextEquals("destination_account"u8) ? Member.DestinationAccount
        : reader.ValueTextEquals("amount"u8) ? Member.Amount
        : reader.ValueTextEquals("currency"u8) ? Member.Currency
        : Member.Other;

    private static Member Match(string name) => name switch
    {
        TransactionId => Member.TransactionId,
        SourceAccount => Member.SourceAccount,
        DestinationAccount => Member.DestinationAccount,
        Amount => Member.Amount,
        Currency => Member.Currency,
        _ => Member.Other,
    };

    private bool TryMark(Member member)
    {
        var isNew = (_known & member) == 0;
        _known |= member;
        return isNew;
    }
}
