using System.Text.Json;
using WebhookService.Api.Http;
using WebhookService.Domain;

namespace WebhookService.Api.Webhooks;

/// <summary>The five required members of a body, collected from its tokens.</summary>
internal ref struct TransactionFields
{
    private const string Missing = "is required";
    private const string NotText = "must be a string";

    private string? _transactionId;
    private string? _sourceAccount;
    private string? _destinationAccount;
    private string? _currency;
    private decimal _amount;
    private MemberNames _seen;
    private Dictionary<string, string[]>? _errors;

    /// <summary>
    /// Reads the document to its end; returns what makes it malformed, or null if it is well-formed.
    /// </summary>
    /// <exception cref="JsonException">It is not valid JSON or is nested too deep.</exception>
    public string? Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            AddError("$", "must be a JSON object");
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = _seen.Recognize(ref reader, out var isRepeated);
            if (isRepeated)
            {
                return "A member name is repeated. Names that differ only in case count as the same.";
            }

            reader.Read();
            ReadValue(member, ref reader);
        }

        // Only white space may follow the object; otherwise the reader throws.
        reader.Read();
        return null;
    }

    public ParsedTransaction ToTransaction(DateTimeOffset receivedAt, string? traceParent)
    {
        if (_errors is null || !_errors.ContainsKey("$"))
        {
            RequireAll();
        }

        return _errors is not null
            ? new ParsedTransaction(null, null, _errors)
            : new ParsedTransaction(
                Transaction.Receive(
                    _transactionId!,
                    _sourceAccount!,
                    _destinationAccount!,
                    _amount,
                    _currency!,
                    receivedAt,
                    traceParent),
                null,
                null);
    }

    private void ReadValue(Member member, ref Utf8JsonReader reader)
    {
        switch (member)
        {
            case Member.TransactionId:
                _transactionId = ReadText(MemberNames.TransactionId, ref reader);
                break;
            case Member.SourceAccount:
                _sourceAccount = ReadText(MemberNames.SourceAccount, ref reader);
                break;
            case Member.DestinationAccount:
                _destinationAccount = ReadText(MemberNames.DestinationAccount, ref reader);
                break;
            case Member.Currency:
                _currency = ReadText(MemberNames.Currency, ref reader);
                break;
            case Member.Amount:
                ReadAmount(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private string? ReadText(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            AddError(name, reader.TokenType == JsonTokenType.Null ? Missing : NotText);
            reader.Skip();
            return null;
        }

        // No rule allows a lone surrogate, whose escape makes GetString throw: an empty text breaks every rule too.
        return JsonText.TryGet(ref reader, out var text) ? text : string.Empty;
    }

    private void ReadAmount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
        {
            if (!Amount.TryParse(reader.ValueSpan, out _amount))
            {
                AddError(MemberNames.Amount, Amount.Rule);
            }
        }
        else
        {
            AddError(MemberNames.Amount, reader.TokenType == JsonTokenType.Null ? Missing : "must be a number");
            reader.Skip();
        }
    }

    private void RequireAll()
    {
        Require(
            MemberNames.TransactionId, _transactionId, TransactionRules.IsId(_transactionId), TransactionRules.IdRule);
        Require(
            MemberNames.SourceAccount,
            _sourceAccount,
            TransactionRules.IsAccount(_sourceAccount),
            TransactionRules.AccountRule);
        Require(
            MemberNames.DestinationAccount,
            _destinationAccount,
            TransactionRules.IsAccount(_destinationAccount),
            TransactionRules.AccountRule);
        Require(
            MemberNames.Currency, _currency, CurrencyCodes.TryGet(_currency, out _), TransactionRules.CurrencyRule);
        if (_amount == 0)
        {
            AddError(MemberNames.Amount, Missing);
        }
    }

    private void Require(string name, string? value, bool isValid, string rule)
    {
        if (!isValid)
        {
            AddError(name, value is null ? Missing : rule);
        }
    }

    // Only the first fault of a field is reported.
    private void AddError(string name, string message) => (_errors ??= []).TryAdd(name, [message]);
}
