using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace WebhookService.Tests.Support.Network;

/// <summary>
/// A round-robin proxy in front of the instances that report ready. It never sends a request twice: a refusal by an
/// instance reaches the sender.
/// </summary>
internal sealed class HealthyProxy : IAsyncDisposable
{
    private const string Name = "instances";

    private readonly WebApplication _server;

    private HealthyProxy(WebApplication server) => _server = server;

    public Uri Address => new(_server.Address());

    public static async Task<HealthyProxy> StartAsync(IEnumerable<Uri> instances, TimeSpan probeInterval)
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = Name, ClusterId = Name, Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = Name,
                    LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
                    HealthCheck = Check(probeInterval),
                    Destinations = instances.ToDictionary(uri => $"{uri.Port}", uri => new DestinationConfig { Address = $"{uri}" }),
                },
            ]);
        builder.Services.Configure<ConsecutiveFailuresHealthPolicyOptions>(policy => policy.DefaultThreshold = 1);
        var proxy = new HealthyProxy(builder.Build());
        proxy._server.MapReverseProxy();
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Whether it sends requests to all instances.</summary>
    public bool SeesAll() =>
        _server.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(Name, out var cluster)
        && cluster.Destinations.Values.All(instance => instance.Health.Active == DestinationHealth.Healthy);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static HealthCheckConfig Check(TimeSpan interval) => new()
    {
        Active = new ActiveHealthCheckConfig
        {
            Enabled = true,
            Interval = interval,
            Timeout = TimeSpan.FromSeconds(2),
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            Path = "/health/ready",
        },
    };
}
