using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

/// <summary>The built service as a process, locked, against everything that should not get in.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed partial class HostileRequestTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();
    private ServiceProcess _service = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync() => _service = await ServiceProcess.StartReadyAsync(
        _directory,
        [
            .. TestSecrets.Settings,
            ("Limits__BodyGrace", "00:00:02"),
            ("Limits__HeadersTimeout", "00:00:02"),
            ("Dashboard__MaxStreams", "0"),
        ]);

    // Whatever was sent: it lives, no line of its log came from outside, and nothing that was smuggled is stored.
    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/transactions/{HostileRequests.Smuggled}");
        request.Headers.Add("X-Api-Key", TestSecrets.ReadKey);
        using var answer = await _service.Client.SendAsync(request);
        ((int)answer.StatusCode).Should().Be(404);
        _service.Output.Should().NotContain("\nwarn: forged").And.NotContain("\x1b[31mred");
        _service.Complaints(LogLevel.Error).Should().BeEmpty();
        (await _service.TerminateAsync()).Should().Be(0);
        await _service.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [TestCaseSource(typeof(AccessMatrix), nameof(AccessMatrix.All))]
    public async Task Door_OpensToItsKeyOnly(
        string method, string path, string body, Func<(string Name, string Value)[]> proof, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body.Length > 0 ? WebhookApp.Json(body) : null;
        foreach (var (name, value) in proof())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _service.Client.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, text);
        if (status is 401 or 403)
        {
            response.Headers.WwwAuthenticate.Should().ContainSingle();
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        }
    }

    [TestCaseSource(typeof(HostileRequests), nameof(HostileRequests.All))]
    public async Task Request_GetsOneAnswer(string name, int[] statuses)
    {
        var answer = await RawConnection.ExchangeAsync(_service.Client.BaseAddress!, HostileRequests.Make(name), Patience);

        var status = StatusLine().Matches(answer).Should().ContainSingle(answer).Subject;
        statuses.Should().Contain(int.Parse(status.Groups[1].ValueSpan, provider: null), answer);
        answer.Should().NotContain("X-Evil", "nothing of a request becomes a header")
            .And.NotContain("   at ").And.NotContainEquivalentOf("\r\nServer:");
    }

    [Test]
    public void Tables_HoldAtLeastTheNumberOfCasesThatIsPromised() =>
        (AccessMatrix.All.Count() + HostileRequests.All.Count()).Should().BeGreaterThan(300);

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3})", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}
