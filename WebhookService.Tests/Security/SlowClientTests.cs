using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Network;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Security;

[Category("Long")]
internal sealed class SlowClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Slow loris: connections that send their headers, or their bodies, a byte at a time.
    [TestCase("POST /v1/webhooks/transactions HTTP/1.1\r\nHost: x\r\n")]
    [TestCase("POST /v1/webhooks/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    public async Task Service_DropsSlowClients_AndServesOthersMeanwhile(string beginning)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("Limits__HeadersTimeout", "00:00:02"), ("Limits__BodyGrace", "00:00:02"));
        var address = service.Client.BaseAddress!;
        var slow = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => RawConnection.OpenAsync(address)));
        await Task.WhenAll(slow.Select(connection => connection.SendAsync(Encoding.ASCII.GetBytes(beginning))));
        using var ended = new CancellationTokenSource();
        var dripping = DripAsync(slow, ended.Token);
        var load = new Load(service.Client, "beside");

        var posting = load.PostUntilAsync(ended.Token, connections: 4);
        var answers = await Task.WhenAll(slow.Select(connection => connection.ReadToEndAsync(Patience)));
        await ended.CancelAsync();
        await Task.WhenAll(dripping, posting);

        answers.Should().OnlyContain(answer => answer.Length == 0 || answer.StartsWith("HTTP/1.1 408"));
        load.Refused.Should().BeEmpty();
        load.Accepted.Should().NotBeEmpty();
        Array.ForEach(slow, connection => connection.Dispose());
    }

    // Each could send without end, and takes no answer.
    [Test]
    public async Task Service_BoundsMemoryAndDisconnects_WhenClientsReadNoAnswers()
    {
        const int Clients = 100;
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("Limits__MinAnswerRate", "1000000"), ("Limits__BodyGrace", "00:00:02"), ("DOTNET_GCgen0size", "0x1000000"));
        const string request = "POST /v1/webhooks/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, 100_000)));
        var greedy = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RawConnection.OpenAsync(service.Client.BaseAddress!)));
        var before = service.MemoryInMebibytes("VmRSS");

        // It ends when the service has closed the connection.
        await Task.WhenAll(greedy.Select(client => client.TrySendAsync(requests))).WaitAsync(Patience * 4);

        var growth = service.MemoryInMebibytes("VmHWM") - before;
        TestContext.Out.WriteLine($"{growth:0} MiB for {Clients} clients");
        growth.Should().BeLessThan(Clients * 0.8, "more than a MiB each is what they would take unbounded");
        (await service.Client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        Array.ForEach(greedy, client => client.Dispose());
    }

    [Test]
    public async Task Service_ClosesConnectionsBeyondTheLimit_AndServesTheOthers()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Limits__MaxConnections", "20"));
        var address = service.Client.BaseAddress!;
        (await service.Client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        var idle = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => RawConnection.OpenAsync(address)));

        var closed = await Task.WhenAny(idle.Select(connection => connection.ReadToEndAsync(Patience)));

        (await closed).Should().BeEmpty();
        (await service.Client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        Array.ForEach(idle, connection => connection.Dispose());
    }

    private static async Task DripAsync(RawConnection[] connections, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            foreach (var connection in connections)
            {
                try
                {
                    await connection.SendAsync("a"u8.ToArray());
                }
                catch (IOException)
                {
                    // It was dropped, as it should be.
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
