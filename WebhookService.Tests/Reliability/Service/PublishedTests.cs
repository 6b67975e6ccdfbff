using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>The published program as operators run it: authentication required, write access only to its data.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class PublishedTests
{
    private PublishedService _published = null!;

    [OneTimeSetUp]
    public async Task PublishAsync() => _published = await PublishedService.PublishAsync();

    [OneTimeTearDown]
    public async Task DeleteAsync() => await _published.DisposeAsync();

    [Test]
    public async Task Program_KeepsItsPromise_WhenItMayWriteNothingButItsData()
    {
        using var data = new TempDirectory();
        var files = _published.Files;
        await using var service = await _published.StartAsync(
            data, [("Processing__Delay", "00:00:00"), .. TestSecrets.Settings]);
        await service.WaitUntilReadyAsync();
        if (!PublishedService.IsAnotherUser)
        {
            TestContext.Out.WriteLine("Not as another user: only root can start it as one.");
        }

        using var accepted = await PostSignedAsync(service, Payment.Json("published"));
        accepted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        using var unsigned = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("unsigned")));
        unsigned.StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        service.Client.DefaultRequestHeaders.Add("X-Api-Key", TestSecrets.ReadKey);
        await Eventually.HoldsAsync(
            async () => (await service.Client.GetStringAsync("/v1/transactions/published"))
                .Contains("\"status\":\"PROCESSED\"", StringComparison.Ordinal),
            "the transaction is processed");

        (await service.TerminateAsync()).Should().Be(0, service.Errors);
        service.Errors.Should().BeEmpty();
        _published.Files.Should().Equal(files);
        DatabaseFile.Count(data).Should().Be(1);
    }

    [TestCase("/swagger/v1/swagger.json", "Accept a transaction")]
    [TestCase("/swagger/index.html", "swagger-ui")]
    [TestCase("/swagger/signing.js", "webhook-signature")]
    [TestCase("/swagger/page.css", "topbar")]
    [TestCase("/dashboard", "ops.js")]
    [TestCase("/metrics", "webhook_")]
    public async Task Program_ServesItsFiles_WhenItIsPublished(string path, string expected)
    {
        using var data = new TempDirectory();
        await using var service = await _published.StartAsync(data, TestSecrets.Settings);
        await service.WaitUntilReadyAsync();
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", TestSecrets.ReadKey);

        (await service.Client.GetStringAsync(path)).Should().Contain(expected);
    }

    // A desktop sign-in component and the driver's translations would make up half of the image.
    [Test]
    public void Program_ContainsNoUnusedComponent() =>
        _published.Files.Should().NotContain(file => file.Contains("msalruntime") || file.Contains(".resources.dll"));

    [TestCase("Security__WebhookSecrets__0")]
    [TestCase("Security__ApiKeys__0")]
    public async Task Program_RefusesToStart_WhenASecretIsMissing(string missing)
    {
        using var data = new TempDirectory();
        var family = missing[..^1];
        await using var service = await _published.StartAsync(
            data, [.. TestSecrets.Settings.Where(setting => !setting.Key.StartsWith(family, StringComparison.Ordinal))]);

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(missing);
        Directory.GetFiles(data.Path).Should().BeEmpty();
    }

    private static async Task<HttpResponseMessage> PostSignedAsync(ServiceProcess service, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = WebhookApp.Json(body) };
        foreach (var (name, value) in TestSecrets.Sign(body, TimeProvider.System.GetUtcNow()))
        {
            request.Headers.Add(name, value);
        }

        return await service.Client.SendAsync(request);
    }
}
