using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class CurrencyCodesTests
{
    [TestCase("INR")]
    [TestCase("inr")]
    [TestCase("iNr")]
    public void TryGet_GivesTheUpperCaseCode_WhenLettersAreInAnyCase(string letters)
    {
        CurrencyCodes.TryGet(letters, out var code).Should().BeTrue();

        code.Should().Be("INR");
    }

    [TestCase("USD")]
    [TestCase("EUR")]
    [TestCase("JPY")]
    [TestCase("KWD")]
    [TestCase("CLF")]
    [TestCase("XAU")]
    [TestCase("XCG")]
    [TestCase("ZWG")]
    [TestCase("SLE")]
    [TestCase("VED")]
    public void TryGet_ReturnsTrue_WhenCodeIsActive(string letters) =>
        CurrencyCodes.TryGet(letters, out _).Should().BeTrue();

    [TestCase("")]
    [TestCase("IN")]
    [TestCase("INRR")]
    [TestCase("XXX")]
    [TestCase("XTS")]
    [TestCase("ZZZ")]
    [TestCase("DEM")]
    [TestCase("BGN")]
    [TestCase("HRK")]
    [TestCase("ANG")]
    [TestCase("ZWL")]
    [TestCase("123")]
    [TestCase("356")]
    [TestCase(" IN")]
    [TestCase("IN ")]
    [TestCase("I R")]
    [TestCase("\u0131nr")]
    [TestCase("\u0130NR")]
    [TestCase("\uff29NR")]
    [TestCase("IN\0")]
    public void TryGet_ReturnsFalseAndNothing_WhenCodeIsNotActive(string letters)
    {
        CurrencyCodes.TryGet(letters, out var code).Should().BeFalse();

        code.Should().BeEmpty();
    }

    [Test]
    public void TryGet_GivesOneSharedInstance_WhenCalledTwice()
    {
        CurrencyCodes.TryGet("eur", out var first);
        CurrencyCodes.TryGet("EUR", out var second);

        first.Should().BeSameAs(second);
    }

    [Test]
    public void All_HasUniqueCodesOfThreeUpperCaseLetters()
    {
        CurrencyCodes.All.Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan(170)
            .And.AllSatisfy(code => code.Should().MatchRegex("^[A-Z]{3}\\z"));
    }
}
