using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Hosting;

[Category("Long")]
internal sealed class SecretFilesTests
{
    [Test]
    public async Task Secrets_GoBeforeVariables_WhenTheyAreFiles()
    {
        using var directory = new TempDirectory();
        using var secrets = new TempDirectory();
        Write(secrets, "Security__WebhookSecrets__0", TestSecrets.Webhook + "\n");
        Write(secrets, "DATABASE_URL", directory.DatabaseUrl + "\n");
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("CREDENTIALS_DIRECTORY", secrets.Path), ("DATABASE_URL", "sqlite:////no/such/directory/x.db"));

        using var unsigned = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));
        using var signed = await service.Client.SendAsync(Signed(Payment.Json()));

        ((int)unsigned.StatusCode).Should().Be(401);
        ((int)signed.StatusCode).Should().Be(202);
        DatabaseFile.Count(directory).Should().Be(1);
    }

    [Test]
    public async Task Service_RefusesToStart_WhenASecretFileIsWrong()
    {
        using var directory = new TempDirectory();
        using var secrets = new TempDirectory();
        Write(secrets, "Security__WebhookSecrets__0", "whsec_hunter2");
        await using var service = ServiceProcess.Start(directory, ("CREDENTIALS_DIRECTORY", secrets.Path));

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Should().Contain("Security__WebhookSecrets").And.NotContain("\n").And.NotContain("hunter2");
    }

    [Test]
    public async Task Service_SaysWhichDirectory_WhenASecretCannotBeRead()
    {
        using var directory = new TempDirectory();
        using var secrets = new TempDirectory();

        // What root may read anyway: a link that leads to itself cannot be opened by anybody.
        var link = Path.Combine(secrets.Path, "PORT");
        File.CreateSymbolicLink(link, link);
        await using var service = ServiceProcess.Start(directory, ("CREDENTIALS_DIRECTORY", secrets.Path));

        (await service.WaitForExitAsync()).Should().Be(1);

        service.Errors.TrimEnd().Should().StartWith($"The secrets in {secrets.Path} cannot be read").And.NotContain("\n");
    }

    private static void Write(TempDirectory secrets, string key, string value) =>
        File.WriteAllText(Path.Combine(secrets.Path, key), value);

    private static HttpRequestMessage Signed(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, WebhookApp.Webhooks) { Content = WebhookApp.Json(body) };
        foreach (var (name, value) in TestSecrets.Sign(body, TimeProvider.System.GetUtcNow()))
        {
            request.Headers.Add(name, value);
        }

        return request;
    }
}
