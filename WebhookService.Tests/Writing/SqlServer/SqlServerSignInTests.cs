using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Data.SqlClient;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Tests.Writing.SqlServer;

/// <summary>Every way to sign in to SQL Server reaches the network without the native library, which is not shipped.</summary>
/// <remarks>
/// No server answers here, so each sign-in fails; it must fail for that reason and not because a component is missing.
/// </remarks>
[Category("Long")]
internal sealed class SqlServerSignInTests
{
    private const int Seconds = 3;

    [Test]
    public void NativeMsal_IsAbsent_AsInThePublishedService() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*msalruntime*", SearchOption.AllDirectories).Should().BeEmpty();

    [TestCase("sqlserver://user:password@127.0.0.1:{0}/webhooks")]
    [TestCase("sqlserver://user:password@127.0.0.1:{0}/webhooks?encrypt=true&trustServerCertificate=true")]
    [TestCase("sqlserver://127.0.0.1:{0}/webhooks?authentication=ActiveDirectoryDefault")]
    [TestCase("sqlserver://id@127.0.0.1:{0}/webhooks?authentication=ActiveDirectoryManagedIdentity")]
    [TestCase("sqlserver://id@127.0.0.1:{0}/webhooks?authentication=ActiveDirectoryWorkloadIdentity")]
    [TestCase("sqlserver://id:secret@127.0.0.1:{0}/webhooks?authentication=ActiveDirectoryServicePrincipal")]
    public async Task Driver_TriesToConnect(string url)
    {
        var target = DatabaseTarget.Parse(string.Format(null, url, ClosedPort()));
        var address = new SqlConnectionStringBuilder(target.Address) { ConnectRetryCount = 0, ConnectTimeout = Seconds };
        await using var connection = new SqlConnection(address.ConnectionString);

        var failure = (await connection.Awaiting(it => it.OpenAsync()).Should().ThrowAsync<SqlException>()).Which;

        Causes(failure).Should().NotContain(cause => IsMissingPart(cause));
        Causes(failure).Should().Contain(cause => cause is SocketException);
    }

    [TestCase(SqlAuthenticationMethod.ActiveDirectoryDefault)]
    [TestCase(SqlAuthenticationMethod.ActiveDirectoryManagedIdentity)]
    [TestCase(SqlAuthenticationMethod.ActiveDirectoryServicePrincipal)]
    [TestCase(SqlAuthenticationMethod.ActiveDirectoryWorkloadIdentity)]
    public async Task Driver_AsksForAToken(SqlAuthenticationMethod method)
    {
        var provider = SqlAuthenticationProvider.GetProvider(method);
        provider.Should().NotBeNull();

        var failure = (await provider!.Awaiting(it => it.AcquireTokenAsync(new Parameters(method, ClosedPort())))
            .Should().ThrowAsync<Exception>()).Which;

        TestContext.Out.WriteLine(failure);
        Causes(failure).Should().NotContain(cause => IsMissingPart(cause));
    }

    private static bool IsMissingPart(Exception cause) =>
        cause is DllNotFoundException or FileNotFoundException or TypeLoadException or BadImageFormatException
            or MissingMethodException;

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        IEnumerable<Exception> inner = exception is AggregateException several
            ? several.InnerExceptions
            : exception.InnerException is { } one ? [one] : [];
        return inner.SelectMany(Causes).Prepend(exception);
    }

    // It was free a moment ago; nothing listens on it.
    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Parameters(SqlAuthenticationMethod method, int port) : SqlAuthenticationParameters(
        method, "127.0.0.1", "webhooks", "https://database.windows.net/", $"https://127.0.0.1:{port}/tenant",
        "00000000-0000-0000-0000-000000000001", "secret", Guid.NewGuid(), Seconds);
}
