using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.PostgreSql;
using WebhookService.Infrastructure.Writing.Server;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing.PostgreSql;

[TestFixture]
internal sealed class ServerSessionTests
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private int _knocks;

    [TearDown]
    public void Stop() => _server.Dispose();

    // An attempt to connect may take seconds, and batches keep arriving: each of them would be late.
    [Test]
    public void Connect_TriesNoMoreOftenThanItMay_WhileTheServerIsAway()
    {
        var clock = new ObservableTimeProvider();
        var options = new DatabaseOptions();
        var instances = new InstanceOptions();
        using var session = new ServerSession(
            new PostgreSqlDialect(StartServer()), options, instances, new InstanceLease(Options.Create(instances), clock), clock);
        var connect = session.Connect;

        // The driver may open several connections in one attempt.
        connect.Should().Throw<CommitFailedException>();
        var knocks = _knocks;
        for (var i = 0; i < 5; i++)
        {
            connect.Should().Throw<CommitFailedException>();
        }

        _knocks.Should().Be(knocks);
        clock.Advance(options.ReconnectInterval);
        connect.Should().Throw<CommitFailedException>();
        _knocks.Should().BeGreaterThan(knocks);
    }

    // A server that closes every connection.
    private string StartServer()
    {
        _server.Start();
        _ = AcceptAsync();
        return $"Host=127.0.0.1;Port={((IPEndPoint)_server.LocalEndpoint).Port};SSL Mode=Disable;Pooling=False";
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _server.AcceptTcpClientAsync();
                _knocks++;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
