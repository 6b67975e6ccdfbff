using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Copying;

namespace WebhookService.Tests.Copying;

[TestFixture]
internal sealed class RowHashTests
{
    private static readonly TestCaseData[] Different =
    [
        new(new object?[] { 1L }, new object?[] { 2L }),
        new(new object?[] { null, "a" }, new object?[] { "a", null }),
        new(new object?[] { "" }, new object?[] { null }),
        new(new object?[] { "ab", "c" }, new object?[] { "a", "bc" }),
        new(new object?[] { "é" }, new object?[] { "e\u0301" }),
        new(new object?[] { "a" }, new object?[] { "a " }),
        new(new object?[] { 1.50m }, new object?[] { 1.51m }),
        new(new object?[] { new byte[] { 1 } }, new object?[] { new byte[] { 1, 0 } }),
        new(new object?[] { true }, new object?[] { false }),
    ];

    [TestCaseSource(nameof(Different))]
    public void Hash_Differs_WhenAValueDiffers(object?[] one, object?[] other)
    {
        var hash = new RowHash();

        hash.Compute(one).Should().NotEqual(hash.Compute(other));
        hash.Compute(one).Should().Equal(new RowHash().Compute(one), "what was hashed before does not matter");
    }

    [Test]
    public void Hash_IsThatOfTheAmount_HoweverItsZerosAreStored() =>
        new RowHash().Compute([1.50m]).Should().Equal(new RowHash().Compute([1.5m]));
}
