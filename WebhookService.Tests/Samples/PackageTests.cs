using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Samples;

/// <summary>The packages in a new application outside the repository.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class PackageTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <RestorePackagesPath>packages</RestorePackagesPath>
            <RestoreAdditionalProjectSources>FEED</RestoreAdditionalProjectSources>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="WebhookService.Api" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    private const string Application = """
        using WebhookService.Api;
        using WebhookService.Domain.Handling;

        var builder = WebApplication.CreateBuilder(args);
        builder.AddTransactionWebhooks();
        builder.Services.AddTransactionHandler<Greeter>();
        var app = builder.Build();
        app.MapTransactionWebhooks();
        app.MapHealthChecks("/health/ready");
        app.MapGet("/", () => "mine");
        app.Run();

        sealed class Greeter : ITransactionHandler
        {
            public ValueTask<HandlerResult> HandleAsync(TransactionHandlerContext context, CancellationToken cancellationToken)
            {
                File.AppendAllText("handled.txt", $"{context.IdempotencyKey} {context.Transaction.Amount}\n");
                return ValueTask.FromResult(HandlerResult.Processed);
            }
        }
        """;

    [Test]
    public async Task Packages_ServeANewApplication_WithTwoLinesAndItsHandler()
    {
        using var directory = new TempDirectory();
        var feed = Path.Combine(directory.Path, "feed");
        foreach (var project in new[] { "WebhookService.Domain", "WebhookService.Infrastructure", "WebhookService.Api" })
        {
            await BuiltSample.DotnetAsync(
                SourceTree.Root, "pack", project, "--no-restore", "-c", "Debug", "-v", "quiet", "-o", feed);
        }

        var names = Directory.GetFiles(feed).Select(file => Path.GetFileName(file)).ToArray();
        names.Where(name => name.EndsWith(".nupkg", StringComparison.Ordinal)).Should().HaveCount(3);
        names.Where(name => name.EndsWith(".snupkg", StringComparison.Ordinal)).Should().HaveCount(3);
        var version = names.Where(name => name.EndsWith(".nupkg", StringComparison.Ordinal))
            .Single(name => name.StartsWith("WebhookService.Api.", StringComparison.Ordinal))["WebhookService.Api.".Length..^".nupkg".Length];
        var application = Directory.CreateDirectory(Path.Combine(directory.Path, "Shop")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(application, "Shop.csproj"),
            Project.Replace("FEED", feed, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(application, "Program.cs"), Application);
        await BuiltSample.DotnetAsync(application, "build", "-v", "quiet", "-o", Path.Combine(application, "out"));

        var port = ServiceProcess.FreePort();
        await using var service = ServiceProcess.StartProgram(["dotnet", Path.Combine(application, "out", "Shop.dll")], directory,
        [
            ("PORT", $"{port}"), ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Warning"),
        ]);
        await Eventually.HoldsAsync(service.IsReadyAsync, "the application is ready");
        using var accepted = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json("txn")));
        await Eventually.HoldsAsync(
            async () => (await service.Client.GetStringAsync("/v1/transactions/txn")).Contains("PROCESSED", StringComparison.Ordinal), "it is processed");

        accepted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await File.ReadAllTextAsync(Path.Combine(directory.Path, "handled.txt"))).Should().Be("txn 150.50\n");
        (await service.Client.GetStringAsync("/")).Should().Be("mine");
        (await service.Client.GetStringAsync("/dashboard/")).Should().Contain("<html");
        File.Exists(Path.Combine(application, "out", "appsettings.json")).Should().BeFalse("the package leaves the application's settings alone");
    }
}
