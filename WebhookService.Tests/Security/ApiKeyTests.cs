using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Security.Keys;

namespace WebhookService.Tests.Security;

internal sealed class ApiKeyTests
{
    private const string Hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    [TestCase($"ops:{Hash}", "read")]
    [TestCase($"ops:{Hash}:read", "read")]
    [TestCase($"ops:{Hash}:operate", "operate")]
    public void TryParse_ReadsASetting(string setting, string scope)
    {
        ApiKey.TryParse(setting, out var key).Should().BeTrue();

        key!.Should().BeEquivalentTo(new ApiKey("ops", ApiKey.HashOf("hello"), scope));
    }

    [TestCase("")]
    [TestCase("ops")]
    [TestCase($":{Hash}")]
    [TestCase($"{Hash}")]
    [TestCase($"ops:{Hash}:admin")]
    [TestCase($"ops:{Hash}:")]
    [TestCase($"ops:{Hash}\n")]
    [TestCase($"my ops:{Hash}")]
    [TestCase($"ops:{Hash}0")]
    [TestCase("ops:hello")]
    public void TryParse_RefusesWhatIsNone(string setting) => ApiKey.TryParse(setting, out _).Should().BeFalse();

    [Test]
    public void Create_MakesAnotherKeyEachTime_AndASettingThatKnowsIt()
    {
        var (text, key) = ApiKey.Create("ops", ApiKey.Operate);
        var (other, _) = ApiKey.Create("ops", ApiKey.Operate);

        text.Should().MatchRegex(@"\Awhk_[0-9a-f]{64}\z").And.NotBe(other);
        ApiKey.TryParse(key.ToSetting(), out var read).Should().BeTrue();
        read!.Hash.Should().Equal(ApiKey.HashOf(text));
        key.ToSetting().Should().NotContain(text[4..]);
    }
}
