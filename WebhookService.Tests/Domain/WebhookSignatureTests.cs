using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Domain;

/// <remarks>
/// The test vector is that of the reference implementations: https://github.com/standard-webhooks/standard-webhooks.
/// </remarks>
internal sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Time = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    private static readonly byte[] Key = Read(TestSecrets.Webhook);

    [Test]
    public void Sign_GivesWhatTheReferenceGives() =>
        WebhookSignature.Sign([Key, Key], Id, 1614265330, Body).Should().Be($"{Signature} {Signature}");

    [TestCase(Signature)]
    [TestCase("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " + Signature)]
    [TestCase(Signature + " v2,whatever")]
    [TestCase("v1,AAAA " + Signature + "  ")]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA= " + Signature)]
    public void Verify_FindsTheValidSignature(string signatures) =>
        WebhookSignature.Verify([Key], Id, Time, Body, signatures).Should().BeTrue();

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("v1,")]
    [TestCase("v1")]
    [TestCase(",")]
    [TestCase("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    [TestCase("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Verify_RefusesEverythingElse(string signatures) =>
        WebhookSignature.Verify([Key], Id, Time, Body, signatures).Should().BeFalse();

    [Test]
    public void Verify_AcceptsEachSecret_DuringARotation()
    {
        var other = Read(TestSecrets.OtherWebhook);

        WebhookSignature.Verify([other, Key], Id, Time, Body, Signature).Should().BeTrue();
        WebhookSignature.Verify([Key, other], Id, Time, Body, Signature).Should().BeTrue();
        WebhookSignature.Verify([other], Id, Time, Body, Signature).Should().BeFalse();
        WebhookSignature.Verify([], Id, Time, Body, Signature).Should().BeFalse();
    }

    [Test]
    public void Verify_CoversEveryBit()
    {
        for (var bit = 0; bit < Body.Length * 8; bit++)
        {
            byte[] changed = [.. Body];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            WebhookSignature.Verify([Key], Id, Time, changed, Signature).Should().BeFalse($"bit {bit} was flipped");
        }

        WebhookSignature.Verify([Key], Id + "x", Time, Body, Signature).Should().BeFalse();
        WebhookSignature.Verify([Key], Id, "1614265331", Body, Signature).Should().BeFalse();
        WebhookSignature.Verify([Key], Id, "01614265330", Body, Signature).Should().BeFalse();
    }

    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase(TestSecrets.Webhook)]
    public void TryReadSecret_AcceptsASecretWithAndWithoutPrefix(string secret) => Read(secret).Should().Equal(Key);

    [TestCase("")]
    [TestCase("whsec_")]
    [TestCase("whsec_c2hvcnQ=")]
    [TestCase("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("whsec_not base64 at all, whatever it may be")]
    public void TryReadSecret_RejectsInvalidText(string secret) =>
        WebhookSignature.TryReadSecret(secret, out _).Should().BeFalse();

    private static byte[] Read(string secret) =>
        WebhookSignature.TryReadSecret(secret, out var key) ? key : throw new FormatException();
}
