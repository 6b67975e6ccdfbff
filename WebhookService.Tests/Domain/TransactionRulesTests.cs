using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class TransactionRulesTests
{
    private const string Emoji = "\U0001F600";

    [TestCase("t")]
    [TestCase("txn_abc123def456")]
    [TestCase("A.b:c-d_9")]
    [TestCase("...")]
    [TestCase("0")]
    public void IsId_ReturnsTrue_WhenIdKeepsTheRule(string id) => TransactionRules.IsId(id).Should().BeTrue();

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("txn 1")]
    [TestCase("txn_1\n")]
    [TestCase("\ntxn_1")]
    [TestCase("txn_1\r\n")]
    [TestCase("txn/1")]
    [TestCase("txn%201")]
    [TestCase("txn_\u00e9")]
    [TestCase("txn_\u0660")]
    [TestCase("txn_\u212A")]
    [TestCase("txn_1\0")]
    [TestCase("txn@1")]
    [TestCase("txn[1]")]
    [TestCase("txn`1")]
    [TestCase("txn{1}")]
    public void IsId_ReturnsFalse_WhenIdBreaksTheRule(string id) => TransactionRules.IsId(id).Should().BeFalse();

    [Test]
    public void IsId_AllowsSixtyFourCharactersAndNoMore()
    {
        TransactionRules.IsId(new string('a', 64)).Should().BeTrue();
        TransactionRules.IsId(new string('a', 65)).Should().BeFalse();
    }

    [TestCase("a")]
    [TestCase(" a ")]
    [TestCase("acc user 789")]
    [TestCase("\u00a0a")]
    [TestCase("\u0661")]
    [TestCase("Z\u00fcrich \u20ac \u6f22\u5b57")]
    [TestCase(Emoji)]
    [TestCase("a\u200b")]
    [TestCase("\u202eabc")]
    [TestCase("\u0600")]
    [TestCase("\uffff")]
    public void IsAccount_ReturnsTrue_WhenAccountKeepsTheRule(string account) =>
        TransactionRules.IsAccount(account).Should().BeTrue();

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("   ")]
    [TestCase("\u00a0")]
    [TestCase("\u3000\u2003")]
    [TestCase("\u2028")]
    [TestCase("\u200b")]
    [TestCase("\ufeff")]
    [TestCase("\u202e\u202c")]
    [TestCase("\u2066 \u2069")]
    [TestCase("\u00ad\u034f\u061c")]
    [TestCase("\u3164\uffa0\u115f")]
    [TestCase("\ufe0f\u180e\u2060")]
    [TestCase("\udb40\udc61\udb40\udd00")]
    [TestCase("\u2800\u2800")]
    [TestCase("a\0")]
    [TestCase("a\t")]
    [TestCase("a\n")]
    [TestCase("a\u001f")]
    [TestCase("a\u007f")]
    [TestCase("a\u0085")]
    [TestCase("a\u009f")]
    public void IsAccount_ReturnsFalse_WhenAccountBreaksTheRule(string account) =>
        TransactionRules.IsAccount(account).Should().BeFalse();

    // Attribute arguments are stored as UTF-8, which cannot represent a lone surrogate, so the test builds these
    // values.
    [Test]
    public void IsAccount_ReturnsFalse_WhenASurrogateIsAlone([Values(0, 1, 2)] int place, [Values] bool isHigh)
    {
        var account = "ab".Insert(place, isHigh ? "\ud83d" : "\ude00");

        TransactionRules.IsAccount(account).Should().BeFalse();
    }

    [Test]
    public void IsAccount_ReturnsFalse_WhenSurrogatesStandTheWrongWayRound() =>
        TransactionRules.IsAccount("\ude00\ud83d").Should().BeFalse();

    [TestCase("a")]
    [TestCase("\u6f22")]
    [TestCase(Emoji)]
    public void IsAccount_CountsCodePoints_WhenAccountIsLong(string character)
    {
        TransactionRules.IsAccount(string.Concat(Enumerable.Repeat(character, 64))).Should().BeTrue();
        TransactionRules.IsAccount(string.Concat(Enumerable.Repeat(character, 65))).Should().BeFalse();
    }
}
