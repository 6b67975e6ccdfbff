using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

internal sealed class HeaderSignatureTests
{
    private const string Body = "{\"id\":\"evt_1\"}";
    private const string Secret = "a-stripe-secret";
    private const string Header = "Stripe-Signature";

    private readonly Source _stripe = TestSource.BuiltIn("stripe", Secret);

    [TestCase(0, nameof(SignatureFault.None))]
    [TestCase(-300, nameof(SignatureFault.None))]
    [TestCase(300, nameof(SignatureFault.None))]
    [TestCase(-301, nameof(SignatureFault.Stale))]
    [TestCase(301, nameof(SignatureFault.Early))]
    public void Verify_KeepsWithinTheTolerance(int seconds, string expected) =>
        _stripe.Verify(Body, TestSource.Now, (Header, Sign(TestSource.Now.AddSeconds(seconds)))).ToString().Should().Be(expected);

    [TestCase("", nameof(SignatureFault.Missing))]
    [TestCase("v1=00", nameof(SignatureFault.Malformed))]
    [TestCase("t=,v1=00", nameof(SignatureFault.Malformed))]
    [TestCase("t=-1,v1=00", nameof(SignatureFault.Malformed))]
    [TestCase("t=1e9,v1=00", nameof(SignatureFault.Malformed))]
    [TestCase("t=99999999999999999999,v1=00", nameof(SignatureFault.Malformed))]
    [TestCase("t={now}", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},v1=", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},v1=zz", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},t={now},v1={good}", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},v0={good}", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},V1={good}", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},v1={good}00", nameof(SignatureFault.Malformed))]
    [TestCase("t={now},v1={other}", nameof(SignatureFault.Wrong))]
    [TestCase("t={now},v1={other},v1={good}", nameof(SignatureFault.None))]
    [TestCase(" t={now} , v1={good} ", nameof(SignatureFault.None))]
    [TestCase("v1={good},t={now}", nameof(SignatureFault.None))]
    public void Verify_ReadsTheHeader(string value, string expected)
    {
        var good = Sign(TestSource.Now).Split("v1=")[1];
        var now = TestSource.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var header = value.Replace("{now}", now).Replace("{good}", good).Replace("{other}", new string('0', 64));

        _stripe.Verify(Body, TestSource.Now, (Header, header)).ToString().Should().Be(expected);
    }

    [Test]
    public void Verify_FindsMalformed_WhenTheHeaderIsRepeated() =>
        _stripe.Verify(Body, TestSource.Now, (Header, Sign(TestSource.Now)), (Header, Sign(TestSource.Now)))
            .Should().Be(SignatureFault.Malformed);

    [Test]
    public void Verify_FindsAnyChangedByte()
    {
        var headers = TestSource.Headers((Header, Sign(TestSource.Now)));
        for (var i = 0; i < Body.Length; i++)
        {
            var body = Encoding.UTF8.GetBytes(Body);
            body[i] ^= 1;
            _stripe.VerifyNow(body, TestSource.Now, headers).Should().Be(SignatureFault.Wrong);
        }
    }

    [Test]
    public void Verify_SignsHeaders_ThatTheDefinitionNames()
    {
        var source = Configure("""{"header":"x-sig","signed":"{header:x-a}|{url}|{body}|end"}""");
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"A|{TestSource.Url}|{Body}|end"));
        var signature = ("x-sig", Convert.ToHexString(hash));

        source.Verify(Body, TestSource.Now, signature, ("x-a", "A")).Should().Be(SignatureFault.None);
        source.Verify(Body, TestSource.Now, signature, ("x-a", "B")).Should().Be(SignatureFault.Wrong);
        source.Verify(Body, TestSource.Now, signature).Should().Be(SignatureFault.Missing);
        source.Verify(Body, TestSource.Now, signature, ("x-a", "A"), ("x-a", "A")).Should().Be(SignatureFault.Malformed);
    }

    [Test]
    public void Verify_ReadsPrefixedSignatures()
    {
        var source = Configure("""{"header":"X-Mollie-Signature","format":"sha256="}""");
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body)));

        source.Verify(Body, TestSource.Now, ("X-Mollie-Signature", $"sha256={hash}")).Should().Be(SignatureFault.None);
        source.Verify(Body, TestSource.Now, ("X-Mollie-Signature", hash)).Should().Be(SignatureFault.Malformed);
    }

    [TestCase("hmac-sha256", "hex", "text")]
    [TestCase("hmac-sha512", "base64", "text")]
    [TestCase("hmac-sha256", "base64", "hex", "00112233445566778899aabbccddeeff")]
    [TestCase("hmac-sha512", "hex", "base64", "ABEiM0RVZneImaq7zN3u/w==")]
    [TestCase("hmac-sha256", "hex", "whsec", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("plain", "hex", "text")]
    public void Sign_MakesWhatVerifies(string algorithm, string encoding, string form, string secret = Secret)
    {
        var source = Configure(
            $$"""
            {"header":"x-sig","algorithm":"{{algorithm}}","encoding":"{{encoding}}","secret":"{{form}}","format":"ts=;s=",
            "signed":"{timestamp}{body}","tolerance":"00:01:00"}
            """, secret);

        var headers = source.Sign(TestSource.Headers(), Encoding.UTF8.GetBytes(Body), TestSource.Now)!;

        source.Verify(Body, TestSource.Now, headers).Should().Be(SignatureFault.None);
        source.Verify(Body, TestSource.Now.AddSeconds(61), headers).Should().Be(SignatureFault.Stale);
    }

    private static Source Configure(string signature, string secret = Secret)
    {
        using var directory = new Support.TempDirectory();
        var file = Path.Combine(directory.Path, "custom.json");
        File.WriteAllText(file, $$"""
            {"signature":{{signature}},"type":"/t","events":[{"types":["a"],"amount_unit":"minor",
            "map":{"transaction_id":"/a","source_account":"/a","destination_account":"/a","amount":"/a","currency":"/a"} }]}
            """);
        return TestSource.Catalog(
            ("Sources:own:Provider", "custom"),
            ("Sources:own:Definition", file),
            ("Sources:own:Url", TestSource.Url),
            ("Sources:own:Secrets:0", secret)).All.Single();
    }

    private static string Sign(DateTimeOffset at)
    {
        var signed = Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.{Body}");
        return $"t={at.ToUnixTimeSeconds()},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed))}";
    }
}
