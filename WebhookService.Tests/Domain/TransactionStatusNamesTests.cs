using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class TransactionStatusNamesTests
{
    [TestCase(TransactionStatus.Processing, "PROCESSING")]
    [TestCase(TransactionStatus.Processed, "PROCESSED")]
    [TestCase(TransactionStatus.Failed, "FAILED")]
    public void Names_RoundTrip(TransactionStatus status, string name)
    {
        TransactionStatusNames.ToName(status).Should().Be(name);
        TransactionStatusNames.FromName(name).Should().Be(status);
        TransactionStatusNames.TryParse(name, out var parsed).Should().BeTrue();
        parsed.Should().Be(status);
    }

    [Test]
    public void ToName_KnowsEveryStatus() =>
        Enum.GetValues<TransactionStatus>().Select(TransactionStatusNames.ToName).Should().OnlyHaveUniqueItems();

    [Test]
    public void ToName_Throws_WhenStatusIsNone() =>
        FluentActions.Invoking(() => TransactionStatusNames.ToName((TransactionStatus)3))
            .Should().Throw<ArgumentOutOfRangeException>();

    [TestCase("")]
    [TestCase("processed")]
    [TestCase("Processed")]
    [TestCase("PROCESSED ")]
    [TestCase("1")]
    [TestCase(null)]
    public void TryParse_ReturnsFalse_WhenNameIsNotExactlyOneOfThem(string? name) =>
        TransactionStatusNames.TryParse(name, out _).Should().BeFalse();

    [Test]
    public void FromName_Throws_WhenNameIsNone() =>
        FluentActions.Invoking(() => TransactionStatusNames.FromName("DONE"))
            .Should().Throw<ArgumentOutOfRangeException>();
}
