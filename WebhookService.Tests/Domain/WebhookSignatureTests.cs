using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

public sealed class WebhookSignatureTests
{
    // The vector of the reference implementations: https://github.com/standard-webhooks/standard-webhooks
    [Test]
    public void Sign_GivesWhatTheReferenceGives()
    {
        WebhookSignature.TryReadSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var key).Should().BeTrue();

        var signature = WebhookSignature.Sign(
            [key!, key!], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("{\"test\": 2432232314}"));

        signature.Should().Be("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("whsec_")]
    [TestCase("whsec_c2hvcnQ=")]
    [TestCase("whsec_not base64 at all, whatever it may be")]
    public void TryReadSecret_RefusesWhatIsNone(string secret) =>
        WebhookSignature.TryReadSecret(secret, out _).Should().BeFalse();
}
