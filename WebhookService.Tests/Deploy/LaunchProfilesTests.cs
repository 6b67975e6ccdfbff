using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Deploy;

/// <summary>The profiles of <c>dotnet run</c>.</summary>
internal sealed class LaunchProfilesTests
{
    /// <summary>The key of the profile production-like, as docs/configuration.md shows it.</summary>
    public const string Key = "whk_only_for_the_profile_production_like";

    private static readonly JsonProperty[] Profiles =
    [
        .. JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "WebhookService.Api/Properties/launchSettings.json")))
            .RootElement.GetProperty("profiles").EnumerateObject(),
    ];

    // The first is the one that `dotnet run` chooses.
    [Test]
    public void Profiles_BeginWithTheService() =>
        Profiles.Select(profile => profile.Name).Should().Equal("service", "demo", "production-like");

    [Test]
    public void Variables_AreSettings() =>
        Profiles.SelectMany(Variables).Select(variable => variable.Key)
            .Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();

    // A port in a profile would take precedence over PORT, which the documentation uses.
    [Test]
    public void Service_LeavesEverySettingToTheShell() =>
        Variables(Profiles[0]).Select(variable => variable.Key).Should().Equal("DOTNET_ENVIRONMENT");

    [Test]
    public async Task ProductionLike_RequiresASignatureAndItsKey()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory,
            [.. Variables(Profiles[2]).Where(variable => variable.Key != "DATABASE_URL"), ("Security__AllowAnonymous", "false")]);

        using var unsigned = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("txn")));
        using var withoutKey = await service.Client.GetAsync("/v1/stats");
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var withKey = await service.Client.GetAsync("/v1/stats");

        unsigned.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        withoutKey.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        withKey.StatusCode.Should().Be(HttpStatusCode.OK);
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs/configuration.md")).Should().Contain($"`{Key}`");
    }

    private static IEnumerable<(string Key, string Value)> Variables(JsonProperty profile) =>
        profile.Value.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().Select(variable => (variable.Name, variable.Value.GetString()!))
            : [];
}
