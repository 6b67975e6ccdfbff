using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Api.Http;
using WebhookService.Api.Transport;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Api;

[TestFixture]
internal sealed class InlineTransportTests
{
    [Test]
    public void NeverBlocks_IsPromisedByWebhooksAndLookupsAlone()
    {
        using var app = new WebhookApp();

        var inline = app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<NeverBlocksAttribute>() is not null);

        inline.Select(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()!.ControllerName)
            .Should().BeEquivalentTo("Webhooks", "SourceWebhooks", "Transactions");
    }

    // Other sockets of a process that runs the service in memory are none of the service's business.
    [Test]
    public async Task Service_LeavesTheSocketsOfATestHostAlone()
    {
        using var app = new WebhookApp();
        await app.GetStringAsync("/health/live");

        InlineTransport.RuntimeSwitches.Should().AllSatisfy(
            runtimeSwitch => Environment.GetEnvironmentVariable(runtimeSwitch.Name).Should().BeNull());
    }

    [TestCase(null, null, null, 2, true)]
    [TestCase("sqlite:////data/a.db", "", null, 1, true)]
    [TestCase(null, null, null, 3, false)]
    [TestCase("postgresql://user@host/db", null, null, 2, false)]
    [TestCase("sqlserver://user@host/db", null, null, 2, false)]
    [TestCase(null, "https://host/pay", null, 2, false)]
    [TestCase(null, null, "OTEL_EXPORTER_OTLP_ENDPOINT", 2, false)]
    [TestCase(null, null, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", 2, false)]
    public void Sockets_AreInline_OnFewCores_WhereNobodyElseHasAny(
        string? database, string? externalApi, string? collector, int cores, bool isInline)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = database,
            ["ExternalApi:Url"] = externalApi,
            [collector ?? "OTEL_EXPORTER_OTLP_TIMEOUT"] = "http://collector:4317",
        }).Build();

        InlineTransport.Pays(configuration, typeof(InlineTransport).Assembly, cores).Should().Be(isInline);
        InlineTransport.Pays(configuration, typeof(InlineTransportTests).Assembly, cores).Should().BeFalse();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Requests_LeaveTheSocketThread_UnlessTheyNeverBlock(bool neverBlocks)
    {
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new(neverBlocks ? [new NeverBlocksAttribute()] : []), "test"));

        (await RunAsync(context)).Should().Be(neverBlocks);
    }

    [Test]
    public async Task Requests_LeaveTheSocketThread_WhenNobodyServesThem() =>
        (await RunAsync(new DefaultHttpContext())).Should().BeFalse();

    // Whether the rest of the pipeline ran on the thread that the request came from, which is none of the pool.
    private static async Task<bool> RunAsync(HttpContext context)
    {
        var app = new ApplicationBuilder(new ServiceCollection().AddSingleton<SocketThread>().BuildServiceProvider());
        app.UseInlineTransport();
        Thread? ranOn = null;
        app.Run(_ =>
        {
            ranOn = Thread.CurrentThread;
            return Task.CompletedTask;
        });
        var pipeline = app.Build();

        var running = new TaskCompletionSource<Task>();
        var socket = new Thread(() => running.SetResult(pipeline(context)));
        socket.Start();
        await (await running.Task.Soon()).Soon();
        return ranOn == socket;
    }
}
