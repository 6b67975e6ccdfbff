using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Samples;

/// <summary>samples/Sender against the service, which requires signatures.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class SenderSampleTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Test]
    public async Task Sender_SendsEachLineUntilItIsAccepted_ThoughTheServiceStartsLater()
    {
        await BuiltSample.DotnetAsync(Path.Combine(SourceTree.Root, "samples", "Sender"), "build", "-v", "quiet");
        using var directory = new TempDirectory();
        var port = ServiceProcess.FreePort();
        using var sender = Start(port);

        await sender.StandardInput.WriteLineAsync(Payment.Json("txn_1"));
        await using var service = await ServiceProcess.StartReadyAsync(
            directory, ("PORT", $"{port}"), ("Security__WebhookSecrets__0", Secret));
        var first = await sender.StandardOutput.ReadLineAsync().Soon();
        await sender.StandardInput.WriteLineAsync("{}");
        sender.StandardInput.Close();
        var second = await sender.StandardOutput.ReadLineAsync().Soon();
        await sender.WaitForExitAsync();

        first.Should().StartWith("202 {\"message\":\"accepted\",\"transaction_id\":\"txn_1\"");
        second.Should().StartWith("422 ");
        sender.ExitCode.Should().Be(1, "one transaction will never be accepted");
    }

    private static Process Start(int port)
    {
        var assembly = Path.Combine(SourceTree.Root, "artifacts", "bin", "Sender", "debug", "Sender.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [assembly])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["WEBHOOK_URL"] = $"http://127.0.0.1:{port}", ["WEBHOOK_SECRET"] = Secret },
        })!;
    }
}
