using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Mapping;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

internal sealed class AdyenSignatureTests
{
    private const string Key = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";

    private readonly Source _adyen = TestSource.BuiltIn("adyen", Key);

    [Test]
    public void Verify_KnowsTheVectorsOfAdyensLibrary()
    {
        var plain = Item("pspReference", "originalReference", "merchantAccount", "reference", "EVENT")
            .Replace("{signature}", "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=");
        var slashes = Item("ZVWN7D3WSMK2WN82", null, "AntoniStroinski", @"\\:/\\/slashes are fun", "AUTHORISATION")
            .Replace("{signature}", "cyYGGNUYxRCIwmfET0zxNPQN/m9cKR6xNECwPzTfJIQ=");
        var other = TestSource.BuiltIn("adyen", "AABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABBCCDDEEFFAABB");

        _adyen.Verify(Batch(plain), TestSource.Now).Should().Be(SignatureFault.None);
        other.Verify(Batch(slashes), TestSource.Now).Should().Be(SignatureFault.None);
        _adyen.Verify(Batch(slashes), TestSource.Now).Should().Be(SignatureFault.Wrong);
    }

    [Test]
    public void Verify_RefusesTheWholeBatch_WhenOneItemIsWrong()
    {
        var first = Signed(Item("P1", null, "M", "r1", "AUTHORISATION"));
        var second = Signed(Item("P2", null, "M", "r2", "AUTHORISATION"));

        _adyen.Verify(Batch(first, second), TestSource.Now).Should().Be(SignatureFault.None);
        _adyen.Verify(Batch(first, second.Replace("1000", "1001")), TestSource.Now).Should().Be(SignatureFault.Wrong);
        _adyen.Verify(Batch(first, second.Replace("hmacSignature", "other")), TestSource.Now).Should().Be(SignatureFault.Missing);
    }

    [Test]
    public void Read_KeepsTheOrderOfABatch()
    {
        var body = Batch(
            Item("P1", null, "M", "r1", "AUTHORISATION"),
            Item("P2", "P1", "M", "r1", "REFUND"),
            Item("P3", "P0", "M", "r0", "CAPTURE").Replace("EUR", "EURO"));

        var reading = _adyen.Read(body);

        reading.Items.Select(item => item.Describe()).Should().Equal(
            "adyen:P1 unknown M 10.00 EUR",
            "ignored REFUND",
            "quarantined: currency must be an active ISO 4217 code of three letters, such as INR.");
        Source.QuarantineKey(Encoding.UTF8.GetBytes(body)).Should().HaveCount(32);
    }

    [TestCase("", "Malformed")]
    [TestCase("no json", "Malformed")]
    [TestCase("{}", "Missing")]
    [TestCase("[]", "Missing")]
    [TestCase("""{"notificationItems":[]}""", "Missing")]
    [TestCase("""{"notificationItems":[1]}""", "Missing")]
    [TestCase("""{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":1}}}]}""", "Missing")]
    [TestCase("""{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"AAAA"}}}]}""", "Malformed")]
    [TestCase("""{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"\uD800"}}}]}""", "Malformed")]
    [TestCase("""{"notificationItems":[{"\uD800Item":1}]}""", "Malformed")]
    public void Verify_Refuses_WhatIsNoNotification(string body, string fault) =>
        _adyen.Verify(body, TestSource.Now).Should().BeOneOf(Enum.Parse<SignatureFault>(fault), SignatureFault.Missing);

    [Test]
    public void CaptureAndAuthorisation_AreOneTransaction()
    {
        var ids = new[] { Item("P1", null, "M", "r1", "AUTHORISATION"), Item("P2", "P1", "M", "r1", "CAPTURE") }
            .Select(item => ((SourceItem.Accepted)_adyen.Read(Batch(item)).Items.Single()).Transaction.TransactionId);

        ids.Should().Equal("adyen:P1", "adyen:P1");
    }

    private string Signed(string item) =>
        item.Replace("{signature}", _adyen.SignItems(Encoding.UTF8.GetBytes(Batch(item)))!.Single(), StringComparison.Ordinal);

    private static string Batch(params string[] items) =>
        $$"""{"live":"false","notificationItems":[{{string.Join(',', items)}}]}""";

    private static string Item(string psp, string? original, string account, string reference, string code) => $$$"""
        {"NotificationRequestItem":{"pspReference":"{{{psp}}}",{{{(original is null ? "" : $"\"originalReference\":\"{original}\",")}}}
        "merchantAccountCode":"{{{account}}}","merchantReference":"{{{reference}}}","amount":{"value":1000,"currency":"EUR"},
        "eventCode":"{{{code}}}","success":"true","additionalData":{"hmacSignature":"{signature}"}} }
        """;
}
