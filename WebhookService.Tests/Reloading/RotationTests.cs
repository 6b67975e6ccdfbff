using System.Diagnostics;
using System.Globalization;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Reloading;

/// <summary>
/// Secrets are rotated while 64 connections send, for WEBHOOK_TEST_ROTATION_SECONDS (default 4), on a separate process.
/// </summary>
[NonParallelizable]
[Category("Long")]
internal sealed class RotationTests
{
    private const int Connections = 64;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_ROTATION_SECONDS") ?? "4", CultureInfo.InvariantCulture));

    [Test]
    public async Task Rotation_RefusesNoGoodSignature_AtAnyInstant()
    {
        using var directory = new TempDirectory();
        using var secrets = new MountedSecrets();
        var current = Generation.Create(0);
        secrets.Swap(Generation.Files(current));
        await using var service = await ServiceProcess.StartReadyAsync(
            directory,
            ("CREDENTIALS_DIRECTORY", secrets.Path),
            ("ENVIRONMENT", "production"),
            ("Security__AllowAnonymous", "false"),
            ("Security__ReloadInterval", "00:00:00.200"),
            ("Sources__stripe__Provider", "stripe"),
            ("Processing__Delay", "00:00:00"));
        var load = new SignedLoad(service.Client, Connections);
        using var stop = new CancellationTokenSource();
        var sending = load.RunAsync(current, stop.Token);
        var time = Stopwatch.StartNew();
        var (rotations, old) = (0, current);

        while (time.Elapsed < Duration || rotations < 4)
        {
            // In turn: by a swap of directories, and by files that are overwritten.
            Action<(string, string)[]> write = rotations % 2 == 0 ? secrets.Swap : secrets.Rewrite;
            var next = Generation.Create(++rotations);
            await ReloadAsync(service, () => write(Generation.Files(current, next)), "Settings reloaded");
            await Eventually.HoldsAsync(() => load.IsAcceptedAsync(next), "the new secrets are in force");
            await load.SwitchAsync(next);

            // A wrong file in between changes nothing, neither of its own kind nor of the others.
            var wrong = Generation.Files(next);
            wrong[0].Value = "whsec_hunter2";
            await ReloadAsync(service, () => write(wrong), "are refused");
            await ReloadAsync(service, () => write(Generation.Files(next)), "Settings reloaded");
            (old, current) = (current, next);
        }

        // What was removed is refused, so the counts above mean something.
        load.Count(HttpStatusCode.Unauthorized).Should().Be(0);
        await load.SwitchAsync(old);
        await Eventually.HoldsAsync(() => load.Answers.Keys.Count(it => it.Status == HttpStatusCode.Unauthorized) == 3, "all kinds are refused");
        await stop.CancelAsync();
        await sending;

        TestContext.Out.WriteLine($"{rotations} rotations in {time.Elapsed.TotalSeconds:0} s: "
            + string.Join(", ", load.Answers.OrderBy(it => it.Key).Select(it => $"{it.Key.Kind} {(int)it.Key.Status}: {it.Value}")));
        load.Answers.Keys.Select(it => (int)it.Status).Should().BeSubsetOf([200, 202, 401, 503]);
        service.Output.Should().Contain("Security__WebhookSecrets__0 must be").And.NotContain("hunter2");
        (await service.TerminateAsync()).Should().Be(0);
    }

    private static async Task ReloadAsync(ServiceProcess service, Action change, string line)
    {
        var before = Lines(service, line);
        change();
        await Eventually.HoldsAsync(() => Lines(service, line) > before, $"the log says '{line}'");
    }

    private static int Lines(ServiceProcess service, string text) =>
        service.Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
}
