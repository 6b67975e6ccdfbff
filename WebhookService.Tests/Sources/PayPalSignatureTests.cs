using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Api.Sources;
using WebhookService.Api.Sources.Signatures;

namespace WebhookService.Tests.Sources;

internal sealed class PayPalSignatureTests : IDisposable
{
    private const string WebhookId = "1JE4291016473214C";
    private const string Url = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    private const string Body = "{\"id\":\"WH-1\",\"event_type\":\"PAYMENT.CAPTURE.COMPLETED\"}";

    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _root;
    private readonly CertificateServer _server = new();
    private readonly FakeTimeProvider _clock = new(TestSource.Now);

    public PayPalSignatureTests()
    {
        var request = new CertificateRequest("CN=Test root", _rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(TestSource.Now.AddYears(-5), TestSource.Now.AddYears(50));
        _server.Pem = Issue("messageverificationcerts.paypal.com");
    }

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
        _server.Dispose();
    }

    [Test]
    public async Task Verify_FetchesTheCertificate_AndKeepsIt()
    {
        var source = Configure();

        (await VerifyAsync(source, Sign(Body))).Should().Be(SignatureFault.None);
        (await VerifyAsync(source, Sign(Body))).Should().Be(SignatureFault.None);
        (await VerifyAsync(source, Sign("other"))).Should().Be(SignatureFault.Wrong);

        _server.Requests.Should().Equal(Url);
    }

    // The request is answered 503; the provider repeats it, and finds the certificate.
    [Test]
    public async Task Verify_DoesNotWaitForASlowServer()
    {
        var answer = new TaskCompletionSource();
        _server.Before = answer.Task;
        var source = Configure();

        var verifying = VerifyAsync(source, Sign(Body));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        (await verifying).Should().Be(SignatureFault.Unavailable);
        answer.SetResult();

        (await VerifyAsync(source, Sign(Body))).Should().Be(SignatureFault.None);
        _server.Requests.Should().ContainSingle();
    }

    [Test]
    public async Task Verify_IsUnavailable_WhenTheCertificateCannotBeFetched()
    {
        _server.Status = HttpStatusCode.NotFound;

        (await VerifyAsync(Configure(), Sign(Body))).Should().Be(SignatureFault.Unavailable);
    }

    [TestCase("http://api.paypal.com/cert")]
    [TestCase("https://paypal.com/cert")]
    [TestCase("https://api.paypal.com.evil.example/cert")]
    [TestCase("https://evilpaypal.com/cert")]
    [TestCase("https://api.paypal.com@evil.example/cert")]
    [TestCase("https://api.paypal.com:8443/cert")]
    [TestCase("file:///etc/passwd")]
    [TestCase("no address")]
    public async Task Verify_FetchesNothing_FromAnotherHost(string url)
    {
        var headers = Sign(Body);
        headers["PAYPAL-CERT-URL"] = url;

        (await VerifyAsync(Configure(), headers)).Should().Be(SignatureFault.Malformed);

        _server.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task Verify_Refuses_WhenTheCertificateIsOfAnotherName()
    {
        _server.Pem = Issue("evil.example");

        (await VerifyAsync(Configure(), Sign(Body))).Should().Be(SignatureFault.Wrong);
    }

    [Test]
    public async Task Verify_Refuses_WhenTheChainLeadsToAnotherRoot()
    {
        var request = new CertificateRequest(
            "CN=messageverificationcerts.paypal.com", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var own = request.CreateSelfSigned(TestSource.Now.AddYears(-5), TestSource.Now.AddYears(50));
        _server.Pem = own.ExportCertificatePem();

        (await VerifyAsync(Configure(), Sign(Body))).Should().Be(SignatureFault.Wrong);
    }

    [TestCase("no certificate")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task Verify_Refuses_WhenThereIsNoCertificate(string pem)
    {
        _server.Pem = pem;

        (await VerifyAsync(Configure(), Sign(Body))).Should().Be(SignatureFault.Wrong);
    }

    [TestCase("PAYPAL-TRANSMISSION-ID", "Missing")]
    [TestCase("PAYPAL-TRANSMISSION-TIME", "Missing")]
    [TestCase("PAYPAL-TRANSMISSION-SIG", "Missing")]
    [TestCase("PAYPAL-CERT-URL", "Missing")]
    [TestCase("PAYPAL-AUTH-ALGO", "Missing")]
    [TestCase("PAYPAL-AUTH-ALGO", "Malformed", "SHA1withRSA")]
    [TestCase("PAYPAL-TRANSMISSION-SIG", "Malformed", "???")]
    [TestCase("PAYPAL-TRANSMISSION-SIG", "Wrong", "AAAA")]
    [TestCase("PAYPAL-TRANSMISSION-ID", "Wrong", "other")]
    [TestCase("PAYPAL-TRANSMISSION-TIME", "Wrong", "2026-01-15T10:30:01Z")]
    public async Task Verify_NeedsEachHeader(string header, string fault, string value = "")
    {
        var headers = Sign(Body);
        headers[header] = value;

        (await VerifyAsync(Configure(), headers)).ToString().Should().Be(fault);
    }

    [TestCase("", 0u)]
    [TestCase("123456789", 0xCBF43926u)]
    public void Crc32_GivesTheCheckValue(string text, uint crc) => Crc32.Of(Encoding.ASCII.GetBytes(text)).Should().Be(crc);

    private Source Configure() => TestSource.Catalog(
        new SourceFactory(_clock, new CertificateClient(_server, [_root])),
        ("Sources:paypal:Provider", "paypal"),
        ("Sources:paypal:WebhookId", WebhookId)).All.Single();

    private static Task<SignatureFault> VerifyAsync(Source source, HeaderDictionary headers) =>
        source.VerifyAsync(headers, Encoding.UTF8.GetBytes(Body), TestSource.Now, CancellationToken.None).AsTask();

    private HeaderDictionary Sign(string body)
    {
        const string Id = "69cd13f0-d67a-11e5-baa3-778b53f4ae55";
        const string Time = "2026-01-15T10:30:00Z";
        var signed = Encoding.UTF8.GetBytes($"{Id}|{Time}|{WebhookId}|{Crc32.Of(Encoding.UTF8.GetBytes(body))}");
        return TestSource.Headers(
            ("PAYPAL-TRANSMISSION-ID", Id),
            ("PAYPAL-TRANSMISSION-TIME", Time),
            ("PAYPAL-TRANSMISSION-SIG", Convert.ToBase64String(_key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
            ("PAYPAL-CERT-URL", Url),
            ("PAYPAL-AUTH-ALGO", "SHA256withRSA"));
    }

    private string Issue(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var issued = request.Create(_root, TestSource.Now.AddYears(-1), TestSource.Now.AddYears(20), [1, 2, 3]);
        return issued.ExportCertificatePem();
    }

    private sealed class CertificateServer : HttpMessageHandler
    {
        public string Pem { get; set; } = "";

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public Task Before { get; set; } = Task.CompletedTask;

        public List<string> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!.AbsoluteUri);
            await Before.WaitAsync(cancellationToken);
            return new HttpResponseMessage(Status) { Content = new StringContent(Pem) };
        }
    }
}
