using System.Globalization;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using WebhookService.Api.Webhooks;
using WebhookService.Domain;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

/// <summary>What is accepted is stored and read back exactly; whatever else comes is refused and never breaks.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class RoundTripProperties
{
    private const string IdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";

    private static readonly DateTimeOffset Now = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private static readonly Gen<string> Amounts =
        from digits in Gen.Choose(1, 16)
        from integer in Gen.Choose(0, 9).ArrayOf(digits)
        from decimals in Gen.Choose(0, 2)
        from fraction in Gen.Choose(0, 9).ArrayOf(decimals)
        let whole = string.Concat(integer).TrimStart('0')
        let text = (whole.Length == 0 ? "0" : whole) + (decimals == 0 ? "" : "." + string.Concat(fraction))
        where decimal.Parse(text, CultureInfo.InvariantCulture) > 0
        select text;

    // Long enough that no two of a run are the same, since the second would be a conflict with the first.
    private static readonly Gen<string> Ids =
        from length in Gen.Choose(8, 60)
        from characters in Gen.Elements(IdCharacters.ToCharArray()).ArrayOf(length)
        select "id-" + new string(characters);

    private static readonly Gen<string> Accounts =
        from length in Gen.Choose(1, 63)
        from runes in Gen.Elements(RuneChoices()).ArrayOf(length)
        select "a" + string.Concat(runes);

    private static readonly Gen<string> Currencies =
        from code in Gen.Elements(CurrencyCodes.All.ToArray())
        from upper in Gen.Elements(true, false).ArrayOf(3)
        select string.Concat(code.Select((letter, i) => upper[i] ? letter : char.ToLowerInvariant(letter)));

    private readonly WebhookApp _app = new(("Processing:Enabled", "false"));

    [OneTimeTearDown]
    public void TearDown() => _app.Dispose();

    [Test]
    public void Accepted_IsReadBackExactly()
    {
        var bodies =
            from id in Ids
            from source in Accounts
            from destination in Accounts
            from amount in Amounts
            from currency in Currencies
            from isText in Gen.Elements(true, false)
            from isEscaped in Gen.Elements(true, false)
            select (id, source, destination, amount, currency, isText, isEscaped);

        Prop.ForAll(bodies.ToArbitrary(), body => RoundTrip(body)).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Test]
    public void Amounts_AreReadExactlyOrRefused()
    {
        var tokens = Gen.OneOf(
            Amounts,
            Gen.Elements("0123456789.-+eE ".ToCharArray()).NonEmptyListOf().Select(list => string.Concat(list)));

        Prop.ForAll(tokens.ToArbitrary(), Agrees).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

        // The rule as the contract words it is the model.
        static bool Agrees(string token)
        {
            var isLegal = System.Text.RegularExpressions.Regex.IsMatch(token, @"\A(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?\z")
                && decimal.Parse(token, CultureInfo.InvariantCulture) > 0;
            var isRead = Amount.TryParse(Encoding.ASCII.GetBytes(token), out var amount);
            return isRead == isLegal && (!isLegal || amount == decimal.Parse(token, CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Parser_NeverThrows_WhateverTheBytes() =>
        Prop.ForAll<byte[]>(bytes => IsOneOfThree(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Test]
    public void Parser_NeverThrows_WhenAValidBodyIsDamaged()
    {
        var valid = Encoding.UTF8.GetBytes(Payment.Json(source: "acc_é😀", amount: "\"12.34\""));
        var damage =
            from position in Gen.Choose(0, valid.Length - 1)
            from value in Gen.Choose(0, 255)
            from removed in Gen.Choose(0, 3)
            select (position, (byte)value, removed);

        Prop.ForAll(damage.ToArbitrary(), hit =>
        {
            var (position, value, removed) = hit;
            return IsOneOfThree([.. valid[..position], value, .. valid[Math.Min(valid.Length, position + removed)..]]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static bool IsOneOfThree(byte[] body)
    {
        var parsed = TransactionParser.Parse(body, Now);
        object?[] results = [parsed.Transaction, parsed.MalformedDetail, parsed.Errors];
        return results.Count(result => result is not null) == 1;
    }

    private static string[] RuneChoices() =>
        ["a", "Z", "0", " ", "\"", "\\", "/", "é", "ß", "İ", "日", "\u200b", "\u00a0", "😀", "𝔸", "<", "&", "'", "%", "\ufeff"];

    private bool RoundTrip(
        (string Id, string Source, string Destination, string Amount, string Currency, bool IsText, bool IsEscaped) body)
    {
        var json = Payment.Json(
            body.Id, body.Source, body.Destination, body.IsText ? $"\"{body.Amount}\"" : body.Amount, body.Currency);
        if (body.IsEscaped)
        {
            json = json.Replace("a", "\\u0061", StringComparison.Ordinal);
        }

        using var response = _app.PostAsync(json).GetAwaiter().GetResult();
        ((int)response.StatusCode).Should().Be(202, json);
        var text = _app.GetStringAsync($"/v1/transactions/{body.Id}").GetAwaiter().GetResult();
        using var stored = JsonDocument.Parse(text);
        var root = stored.RootElement;
        root.GetProperty("source_account").GetString().Should().Be(body.Source);
        root.GetProperty("destination_account").GetString().Should().Be(body.Destination);
        root.GetProperty("currency").GetString().Should().Be(body.Currency.ToUpperInvariant());
        root.GetProperty("amount").GetRawText().Should().Be(
            decimal.Parse(body.Amount, CultureInfo.InvariantCulture).ToString("F2", CultureInfo.InvariantCulture));
        return true;
    }
}
