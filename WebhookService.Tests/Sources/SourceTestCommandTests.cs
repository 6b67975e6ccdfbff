using System.Text.Json.Nodes;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using WebhookService.Api.Commands;
using WebhookService.Api.Hosting;
using WebhookService.Api.Sources.Signatures;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Sources;

internal sealed class SourceTestCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Test]
    public void Run_PrintsWhatABodyBecomes()
    {
        var (json, exitCode) = Run("stripe", ProviderSample.Of("stripe").Body);

        exitCode.Should().Be(0);
        var printed = json["events"]!.AsArray().Should().ContainSingle().Subject!.AsObject();
        printed.Select(member => $"{member.Key}={member.Value}").Should().Equal(
            "outcome=accepted",
            "transaction_id=stripe:pi_1",
            "source_account=cus_1",
            "destination_account=acct_1",
            "amount=20.00",
            "currency=USD",
            "event_type=payment_intent.succeeded",
            "event_id=evt_1",
            "occurred_at=2018-08-02T10:10:20+00:00");
    }

    [Test]
    public void Run_ReadsHeaders()
    {
        var sample = ProviderSample.Of("shopify");

        var (json, exitCode) = Run(
            "shopify", sample.Body, "--header", "X-Shopify-Topic=order_transactions/create", "--header", "X-Shopify-Webhook-Id=a=b");

        exitCode.Should().Be(0);
        ((string?)json["events"]![0]!["event_id"]).Should().Be("a=b");
    }

    [Test]
    public void Run_ReturnsOne_WhenAnEventIsQuarantined()
    {
        var (json, exitCode) = Run("stripe", "{}");

        exitCode.Should().Be(1);
        ((string?)json["events"]![0]!["outcome"]).Should().Be("quarantined");
        ((string?)json["events"]![0]!["reason"]).Should().Be("type: /type finds no text or number.");
    }

    [Test]
    public void Run_ReturnsZero_WhenTheEventIsIgnored() =>
        Run("stripe", "{\"type\":\"other\"}").ExitCode.Should().Be(0);

    [TestCase("stripe")]
    [TestCase("razorpay")]
    [TestCase("cashfree")]
    [TestCase("standard-webhooks")]
    [TestCase("flutterwave")]
    public void Run_PrintsTheHeadersOfASignedRequest(string provider)
    {
        var body = ProviderSample.Of(provider).Body;

        var (json, _) = Run(provider, body, "--sign");

        var headers = json["signed"]!["headers"]!.AsObject().Select(header => (header.Key, (string)header.Value!));
        TestSource.BuiltIn(provider, ProviderSample.Secrets[provider]).Verify(body, TestSource.Now, headers)
            .Should().Be(SignatureFault.None);
    }

    [Test]
    public void Run_PrintsTheSignaturesOfAdyensItems() =>
        Run("adyen", ProviderSample.Of("adyen").Body, "--sign").Json["signed"]!["hmac_signatures"]!.AsArray().Should().ContainSingle();

    [TestCase("source-test")]
    [TestCase("source-test", "stripe")]
    [TestCase("source-test", "--sign", "stripe")]
    [TestCase("source-test", "stripe", "{file}", "--header")]
    [TestCase("source-test", "stripe", "{file}", "--header", "novalue")]
    public void Run_SaysHowItIsUsed(params string[] args)
    {
        var file = Write("{}");
        var act = () => SourceTestCommand.Run(
            TestSource.Catalog(("Sources:stripe:Provider", "stripe"), ("Sources:stripe:Secrets:0", "a-secret")),
            [.. args.Select(arg => arg.Replace("{file}", file, StringComparison.Ordinal))],
            new FakeTimeProvider(TestSource.Now));

        act.Should().Throw<SettingException>().WithMessage("Usage: source-test NAME FILE [--header NAME=VALUE]... [--sign]");
    }

    [Test]
    public void Run_NamesTheSources_WhenItIsUnknown()
    {
        var act = () => RunWith("razorpay", "stripe", "{}");

        act.Should().Throw<SettingException>().WithMessage("No source is named 'stripe'; configured are: razorpay.");
    }

    [Test]
    public void Settings_AreWhatFollows() =>
        SourceTestCommand.LeaveSettings(["source-test", "stripe", "file", "--header", "a=b", "--sign", "--Sources:x:Provider=stripe"])
            .Should().Equal("--Sources:x:Provider=stripe");

    private (JsonNode Json, int ExitCode) Run(string provider, string body, params string[] more) =>
        RunWith(provider, provider, body, more);

    private (JsonNode Json, int ExitCode) RunWith(string catalogOf, string provider, string body, params string[] more)
    {
        var catalog = TestSource.Catalog(
            ($"Sources:{catalogOf}:Provider", catalogOf), ($"Sources:{catalogOf}:Secrets:0", ProviderSample.Secrets[catalogOf]));
        var (text, exitCode) = SourceTestCommand.Run(
            catalog, ["source-test", provider, Write(body), .. more], new FakeTimeProvider(TestSource.Now));
        return (JsonNode.Parse(text)!, exitCode);
    }

    private string Write(string body)
    {
        var file = Path.Combine(_directory.Path, "body.json");
        File.WriteAllText(file, body);
        return file;
    }
}
