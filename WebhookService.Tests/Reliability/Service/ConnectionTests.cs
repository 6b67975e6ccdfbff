using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reliability.Service;

/// <summary>The effect of a request on later requests over the same connection.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class ConnectionTests
{
    // In place of the table: a query that never ends.
    private const string EndlessTable = """
        ALTER TABLE transactions RENAME TO stored;
        CREATE VIEW transactions AS
        WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
        SELECT stored.* FROM endless CROSS JOIN stored WHERE n < 0;
        """;

    [Test]
    public async Task Requests_AreAnsweredInTurn_WhenTheyShareAConnection()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Client.BaseAddress!.Port);
        await using var stream = socket.GetStream();

        // Sent at once: the answers to the first two POSTs wait for a commit, the answers between them for nothing.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            Post(Payment.Json("a")) + Post("{") + Post(Payment.Json("b")) + Post(Payment.Json("c"), "text/plain")
            + "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" + Post(Payment.Json("a"), close: true)));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answers = await reader.ReadToEndAsync().Soon();

        answers.Split("HTTP/1.1 ")[1..].Select(answer => answer[..3]).Should().Equal("202", "400", "202", "415", "200", "202");
        answers.Split("\"message\":\"accepted\"").Should().HaveCount(3, "each transaction is answered once");
        answers.Should().EndWith("{\"message\":\"duplicate\",\"transaction_id\":\"a\",\"duplicate\":true}");
    }

    // The next request is always available after an answer, so the server never has to wait on this connection.
    [TestCase("text/plain")]
    [TestCase("application/json")]
    [TestCase(null)]
    public async Task Others_AreServed_WhenAClientPipelinesRequests(string? mediaType)
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);
        var request = mediaType is null ? "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" : Post(Payment.Json("a"), mediaType);
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, 500)));
        using var stop = new CancellationTokenSource();
        var flood = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FloodAsync(service, requests, stop.Token)));
        var before = service.CpuTime;
        await Eventually.HoldsAsync(
            () => service.CpuTime - before > TimeSpan.FromMilliseconds(500), "the flood has begun");

        var others = Enumerable.Range(0, 100).Select(i => i % 2 == 0
            ? service.Client.GetAsync("/health/live")
            : service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json($"other_{i}"))));
        var answers = await Task.WhenAll(others).Soon();

        answers.Should().OnlyContain(answer => answer.IsSuccessStatusCode);
        flood.IsCompleted.Should().BeFalse("the flood continues");
        await stop.CancelAsync();
        await flood;
    }

    [Test]
    public async Task Webhook_IsAnswered_WhileAQueryRunsThatNeverEnds()
    {
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Reads__Timeout", "00:01:00"));

        // SQLite looks first whether a table has rows at all.
        using var row = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json()));
        DatabaseFile.Execute(directory, EndlessTable);
        var before = service.CpuTime;
        var listing = service.Client.GetAsync("/v1/transactions");
        await Eventually.HoldsAsync(
            () => service.CpuTime - before > TimeSpan.FromMilliseconds(300), "the query is running");

        using var answer = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json("{"));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        listing.IsCompleted.Should().BeFalse("a query must not block the thread that serves the sockets");
        await service.KillAsync();
        var wait = () => listing;
        await wait.Should().ThrowAsync<HttpRequestException>();
    }

    private static async Task FloodAsync(ServiceProcess service, byte[] requests, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Client.BaseAddress!.Port, cancellationToken);
        await using var stream = socket.GetStream();
        var reading = stream.CopyToAsync(Stream.Null, CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            await stream.WriteAsync(requests, CancellationToken.None);
        }

        socket.Close();
        try
        {
            await reading;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Closed while answers were in transit, or between two reads of them.
        }
    }

    private static string Post(string body, string type = "application/json", bool close = false) =>
        $"POST {WebhookApp.Webhooks} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n"
        + (close ? "Connection: close\r\n" : string.Empty) + $"\r\n{body}";
}
