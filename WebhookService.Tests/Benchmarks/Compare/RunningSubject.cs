using System.Diagnostics;
using System.Net.Sockets;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>A started <see cref="Subject"/>; disposing it ends its process.</summary>
internal sealed class RunningSubject : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    public RunningSubject(Process process, int port)
    {
        _process = process;
        Port = port;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public int Id => _process.Id;

    /// <summary>Processor time used so far, user and kernel.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The largest working set so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    public async Task WaitUntilItAnswersAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                // Peers serve only the webhook, so any answer means that the server listens.
                using var answer = await client.GetAsync("/health/ready", limit.Token);
                if ((int)answer.StatusCode is 200 or 404)
                {
                    return;
                }
            }
            catch (HttpRequestException fault) when (fault.InnerException is SocketException && !_process.HasExited)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
