using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Samples;

/// <summary>Clients that NSwag and Kiota generate from docs/openapi.json, by the commands of docs/clients.md.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class GeneratedClientTests
{
    private const string Largest = "9999999999999999.99";

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <NoWarn>CS8618;CS8765</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Microsoft.Kiota.Abstractions" Version="2.1.6" />
            <PackageReference Include="Microsoft.Kiota.Http.HttpClientLibrary" Version="2.1.6" />
            <PackageReference Include="Microsoft.Kiota.Serialization.Form" Version="2.1.6" />
            <PackageReference Include="Microsoft.Kiota.Serialization.Json" Version="2.1.6" />
            <PackageReference Include="Microsoft.Kiota.Serialization.Multipart" Version="2.1.6" />
            <PackageReference Include="Microsoft.Kiota.Serialization.Text" Version="2.1.6" />
          </ItemGroup>
        </Project>
        """;

    private const string Application = """
        using System.Globalization;
        using Microsoft.Kiota.Abstractions.Authentication;
        using Microsoft.Kiota.Http.HttpClientLibrary;

        var amount = decimal.Parse(args[1], CultureInfo.InvariantCulture);
        using var http = new HttpClient { BaseAddress = new Uri(args[0]) };

        var nswag = new NSwagClient.WebhookClient(http) { BaseUrl = args[0] };
        await nswag.AcceptTransactionAsync(new NSwagClient.TransactionRequest
        {
            Transaction_id = "nswag", Source_account = "a", Destination_account = "b", Amount = amount, Currency = "INR",
        });
        var one = await nswag.GetTransactionAsync("nswag");
        Console.WriteLine(one.Amount?.ToString(CultureInfo.InvariantCulture));

        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = args[0] };
        var kiota = new KiotaClient.WebhookClient(adapter);
        await kiota.V1.Webhooks.Transactions.PostAsync(new KiotaClient.Models.TransactionRequest
        {
            TransactionId = "kiota", SourceAccount = "a", DestinationAccount = "b", Amount = new() { Decimal = amount }, Currency = "INR",
        });
        var other = await kiota.V1.Transactions["kiota"].GetAsync();
        Console.WriteLine(other?.Amount?.ToString(CultureInfo.InvariantCulture));
        """;

    [Test]
    public async Task Clients_KeepTheCents_OfTheLargestAmount()
    {
        using var directory = new TempDirectory();
        var client = Directory.CreateDirectory(Path.Combine(directory.Path, "client")).FullName;
        await File.WriteAllTextAsync(Path.Combine(client, "client.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(client, "Program.cs"), Application);
        await BuiltSample.DotnetAsync(SourceTree.Root, "tool", "restore");
        await BuiltSample.DotnetAsync(
            SourceTree.Root, "nswag", "openapi2csclient", "/input:docs/openapi.json", $"/output:{client}/NSwagClient.cs",
            "/namespace:NSwagClient", "/classname:WebhookClient", "/jsonlibrary:SystemTextJson");
        await BuiltSample.DotnetAsync(
            SourceTree.Root, "kiota", "generate", "-l", "CSharp", "-d", "docs/openapi.json", "-o", $"{client}/kiota", "-n", "KiotaClient",
            "-c", "WebhookClient");
        await BuiltSample.DotnetAsync(client, "build", "-v", "quiet", "-o", $"{client}/out");

        await using var service = await ServiceProcess.StartReadyAsync(directory);
        var output = await BuiltSample.DotnetAsync(client, $"{client}/out/client.dll", $"{service.Client.BaseAddress}".TrimEnd('/'), Largest);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(Largest, Largest);
        DatabaseFile.Strings(directory, "SELECT amount FROM transactions").Should().OnlyContain(amount => amount == Largest).And.HaveCount(2);
    }
}
