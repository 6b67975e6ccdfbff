using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using WebhookService.Api.Hosting;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Hosting;

internal sealed class DrainingTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(90);

    private readonly ObservableTimeProvider _clock = new();

    [Test]
    public async Task Draining_IsNotReadyButAccepts_UntilItsTimeIsOver()
    {
        await using var app = Start(Drain);
        var (draining, lifetime) = Find(app);

        draining.Begin();
        await _clock.ArmedAsync(Drain);
        _clock.Advance(Drain - TimeSpan.FromMilliseconds(1));

        using var ready = await app.Client.GetAsync("/health/ready");
        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).Should().Contain("Draining");
        (await app.GetStringAsync("/health/live")).Should().Be("Healthy");
        (await app.GetStringAsync("/")).Should().Contain("HEALTHY");
        using var accepted = await app.PostAsync(Payment.Json("drained"));
        accepted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeFalse();

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeTrue();
    }

    [Test]
    public async Task Draining_EndsConnectionsWithTheirNextAnswer_WhenItIsUnderWay()
    {
        await using var app = Start(Drain);
        var (draining, _) = Find(app);

        using var before = await app.PostAsync(Payment.Json("before"));
        draining.Begin();
        using var during = await app.PostAsync(Payment.Json("during"));

        before.Headers.ConnectionClose.Should().NotBe(true);
        during.Headers.ConnectionClose.Should().BeTrue();
    }

    [Test]
    public async Task Draining_IsOver_WhenItIsAskedForAgain()
    {
        await using var app = Start(Drain);
        var (draining, lifetime) = Find(app);

        draining.Begin();
        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeFalse();
        draining.Begin();

        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeTrue();
    }

    [Test]
    public async Task Draining_TakesNoTime_WhenNoneIsSet()
    {
        await using var app = Start(TimeSpan.Zero);
        var (draining, lifetime) = Find(app);

        draining.Begin();

        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeTrue();
    }

    private static (Draining Draining, IHostApplicationLifetime Lifetime) Find(WebhookApp app) =>
        (app.Services.GetRequiredService<Draining>(), app.Services.GetRequiredService<IHostApplicationLifetime>());

    private WebhookApp Start(TimeSpan drain) => new(("Hosting__DrainSeconds", $"{drain.TotalSeconds}")) { Clock = _clock };
}
