using System.Globalization;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class AmountTests
{
    [TestCase("1", "1.00")]
    [TestCase("0.01", "0.01")]
    [TestCase("0.1", "0.10")]
    [TestCase("150.5", "150.50")]
    [TestCase("150.05", "150.05")]
    [TestCase("150.50", "150.50")]
    [TestCase("10.0", "10.00")]
    [TestCase("42949672.96", "42949672.96")]
    [TestCase("9007199254740993", "9007199254740993.00")]
    [TestCase("9999999999999999.99", "9999999999999999.99")]
    public void TryParse_KeepsEveryDigit_WhenTokenIsAnAmount(string token, string expected)
    {
        var isParsed = Amount.TryParse(Encoding.UTF8.GetBytes(token), out var amount);

        isParsed.Should().BeTrue();
        amount.ToString(CultureInfo.InvariantCulture).Should().Be(expected);
    }

    [TestCase("")]
    [TestCase("0")]
    [TestCase("0.0")]
    [TestCase("0.00")]
    [TestCase("00")]
    [TestCase("01")]
    [TestCase("00.10")]
    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase("1.")]
    [TestCase(".5")]
    [TestCase(".")]
    [TestCase("1.-5")]
    [TestCase("1.+5")]
    [TestCase("1.2.3")]
    [TestCase("1..2")]
    [TestCase("1.234")]
    [TestCase("1.000")]
    [TestCase("150.505")]
    [TestCase("1e3")]
    [TestCase("1E2")]
    [TestCase("1e-2")]
    [TestCase("0x10")]
    [TestCase("1,000")]
    [TestCase("1 000")]
    [TestCase(" 1")]
    [TestCase("1 ")]
    [TestCase("1\n")]
    [TestCase("1\0")]
    [TestCase("1_000")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("\u0661\u0662")]
    [TestCase("\uFF11")]
    [TestCase("10000000000000000")]
    [TestCase("99999999999999999999999999")]
    public void TryParse_ReturnsFalseAndZero_WhenTokenBreaksTheRule(string token)
    {
        var isParsed = Amount.TryParse(Encoding.UTF8.GetBytes(token), out var amount);

        isParsed.Should().BeFalse();
        amount.Should().Be(0);
    }

    [TestCase("0.01", true)]
    [TestCase("1.000", true)]
    [TestCase("9999999999999999.99", true)]
    [TestCase("0", false)]
    [TestCase("-0.01", false)]
    [TestCase("0.001", false)]
    [TestCase("150.505", false)]
    [TestCase("10000000000000000", false)]
    [TestCase("79228162514264337593543950335", false)]
    public void IsValid_ReturnsWhetherValueIsAnAmount(string value, bool expected) =>
        Amount.IsValid(decimal.Parse(value, CultureInfo.InvariantCulture)).Should().Be(expected);

    [TestCase("150.5", "150.50")]
    [TestCase("7", "7.00")]
    [TestCase("7.0000", "7.00")]
    [TestCase("9999999999999999.99", "9999999999999999.99")]
    public void Normalize_GivesAScaleOfTwo(string value, string expected) =>
        Amount.Normalize(decimal.Parse(value, CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture).Should().Be(expected);

    [Test]
    public void MaxValue_IsTheLargestTokenThatParses()
    {
        Amount.TryParse("9999999999999999.99"u8, out var largest).Should().BeTrue();

        Amount.MaxValue.Should().Be(largest);
    }
}
