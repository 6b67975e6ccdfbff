using System.Net;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class MalformedRequestTests
{
    private readonly WebhookApp _app = new();

    [OneTimeTearDown]
    public void TearDown() => _app.Dispose();

    [TestCaseSource(typeof(MalformedRequests), nameof(MalformedRequests.All))]
    public async Task Receive_RefusesAndStoresNothing_WhenRequestIsMalformed(
        byte[] body, string mediaType, int status, string? field)
    {
        using var content = new ByteArrayContent(body);
        if (mediaType != "none")
        {
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        using var response = await _app.Client.PostAsync(WebhookApp.Webhooks, content);

        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, text);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using var problem = JsonDocument.Parse(text);
        var root = problem.RootElement;
        root.GetProperty("status").GetInt32().Should().Be(status);
        foreach (var member in new[] { "type", "title", "detail", "traceId" })
        {
            root.GetProperty(member).GetString().Should().NotBeNullOrEmpty();
        }

        if (field is not null)
        {
            root.GetProperty("errors").GetProperty(field)[0].GetString().Should().NotBeNullOrEmpty();
        }

        (await _app.GetStringAsync("/v1/transactions")).Should().Be("[]");
    }

    [Test]
    public async Task Receive_Refuses_WhenBodyIsChunkedAndTooLarge()
    {
        using var content = new StreamContent(new MemoryStream(new byte[16_385]));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _app.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Receive_Refuses_WhenBodyIsCompressed()
    {
        using var content = WebhookApp.Json(Payment.Json());
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await _app.Client.PostAsync(WebhookApp.Webhooks, content);

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Test]
    public void Table_HoldsAtLeastTheNumberOfCasesThatIsPromised() =>
        MalformedRequests.All.Should().HaveCountGreaterThan(250);
}
