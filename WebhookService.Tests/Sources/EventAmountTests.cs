using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources.Mapping;

namespace WebhookService.Tests.Sources;

internal sealed class EventAmountTests
{
    [TestCase("1", 0, "1.00")]
    [TestCase("1", 2, "0.01")]
    [TestCase("100", 2, "1.00")]
    [TestCase("1230", 3, "1.23")]
    [TestCase("12300", 4, "1.23")]
    [TestCase("10", 3, "0.01")]
    [TestCase("999999999999999999", 2, "9999999999999999.99")]
    [TestCase("9999999999999999", 0, "9999999999999999.00")]
    public void Minor_IsConvertedExactly(string text, int decimals, string amount)
    {
        EventAmount.ReadMinor(text, decimals, out var read).Should().BeNull();

        read.Should().Be(decimal.Parse(amount, CultureInfo.InvariantCulture));
    }

    [TestCase("0", 2)]
    [TestCase("-1", 2)]
    [TestCase("+1", 2)]
    [TestCase("", 2)]
    [TestCase(" 1", 2)]
    [TestCase("01", 2)]
    [TestCase("1.0", 2)]
    [TestCase("1e3", 2)]
    [TestCase("١", 2)]
    [TestCase("1234", 3)]
    [TestCase("1", 3)]
    [TestCase("12310", 4)]
    [TestCase("10000000000000000", 0)]
    [TestCase("9999999999999999999", 2)]
    [TestCase("1", null)]
    public void Minor_IsRefused_WhenItIsNoExactAmount(string text, int? decimals) =>
        EventAmount.ReadMinor(text, decimals, out _).Should().NotBeNullOrEmpty();

    [TestCase("1", "1.00")]
    [TestCase("1.5", "1.50")]
    [TestCase("0.01", "0.01")]
    [TestCase("10.000", "10.00")]
    [TestCase("10.5000000", "10.50")]
    [TestCase("9999999999999999.99", "9999999999999999.99")]
    public void Major_IsReadExactly(string text, string amount)
    {
        EventAmount.ReadMajor(text, out var read).Should().BeNull();

        read.Should().Be(decimal.Parse(amount, CultureInfo.InvariantCulture));
    }

    [TestCase("0")]
    [TestCase("0.00")]
    [TestCase("0.000")]
    [TestCase("-1")]
    [TestCase("1.")]
    [TestCase(".5")]
    [TestCase("1,5")]
    [TestCase("1.001")]
    [TestCase("1.00e1")]
    [TestCase("1e3")]
    [TestCase("01")]
    [TestCase("1.00.0")]
    [TestCase("99999999999999999")]
    [TestCase("")]
    public void Major_IsRefused_WhenItIsNoExactAmount(string text) =>
        EventAmount.ReadMajor(text, out _).Should().NotBeNullOrEmpty();

    [TestCase("JPY", 0)]
    [TestCase("ISK", 0)]
    [TestCase("UGX", 0)]
    [TestCase("USD", 2)]
    [TestCase("KWD", 3)]
    [TestCase("CLF", 4)]
    [TestCase("XAU", null)]
    public void Decimals_AreThoseOfIso4217(string currency, int? decimals) =>
        CurrencyDecimals.Of(currency).Should().Be(decimals);
}
