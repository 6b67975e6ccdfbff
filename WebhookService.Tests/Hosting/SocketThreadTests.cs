using System.Collections.Concurrent;
using System.IO.Pipelines;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WebhookService.Api.Transport;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Hosting;

[TestFixture]
[Platform("Linux")]
internal sealed class SocketThreadTests
{
    [Test]
    public async Task Schedule_RunsEverythingOnce_InTheOrderOfEachWhoSchedules()
    {
        const int Senders = 4;
        const int Each = 20_000;
        using var thread = new SocketThread();
        ConcurrentQueue<(int Sender, int Number)> done = new();
        var all = new TaskCompletionSource();

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++)
            {
                thread.Schedule(
                    work =>
                    {
                        done.Enqueue(((int, int))work!);
                        if (done.Count == Senders * Each)
                        {
                            all.SetResult();
                        }
                    },
                    (sender, number));
            }
        }))).Soon();
        await all.Task.Soon();

        foreach (var sender in done.GroupBy(work => work.Sender))
        {
            sender.Select(work => work.Number).Should().Equal(Enumerable.Range(0, Each));
        }
    }

    [Test]
    public async Task Schedule_NeverRunsTwoAtOnce()
    {
        using var thread = new SocketThread();
        var (running, most, left) = (0, 0, 1_000);
        var all = new TaskCompletionSource();

        Parallel.For(0, left, _ => thread.Schedule(
            _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.Yield();
                Interlocked.Decrement(ref running);
                if (--left == 0)
                {
                    all.SetResult();
                }
            },
            null));
        await all.Task.Soon();

        most.Should().Be(1);
    }

    // A batch that is durable when the service stops has senders who wait for its answers.
    [Test]
    public async Task Dispose_LetsWhatWasScheduledEnd()
    {
        var thread = new SocketThread();
        using var mayGoOn = new ManualResetEventSlim();
        var (hasBegun, isDone) = (new TaskCompletionSource(), new TaskCompletionSource());
        thread.Schedule(
            _ =>
            {
                hasBegun.SetResult();
                mayGoOn.Wait();
            },
            null);
        await hasBegun.Task.Soon();
        thread.Schedule(_ => isDone.SetResult(), null);

        thread.Dispose();
        mayGoOn.Set();

        await isDone.Task.Soon();
    }

    [Test]
    public async Task Schedule_LeavesTheThread_WhenWorkMakesWorkWithoutEnd()
    {
        var elsewhere = new CountingScheduler();
        using var thread = new SocketThread(elsewhere);
        var (left, all) = (100, new TaskCompletionSource());
        void Work(object? state)
        {
            if (--left == 0)
            {
                all.SetResult();
                return;
            }

            thread.Schedule(Work, null);
        }

        thread.Schedule(Work, null);
        await all.Task.Soon();

        elsewhere.Scheduled.Should().BeInRange(10, 13, "after every eight times");
    }

    [Test]
    public async Task Answers_AreForTheSocketThread_WhereRequestsAreInline()
    {
        var services = new ServiceCollection();

        services.AddInlineTransport();

        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<AnswerThreads>().Scheduler.Should().BeOfType<SocketThread>();
    }

    private sealed class CountingScheduler : PipeScheduler
    {
        private int _scheduled;

        public int Scheduled => Volatile.Read(ref _scheduled);

        public override void Schedule(Action<object?> action, object? state)
        {
            Interlocked.Increment(ref _scheduled);
            ThreadPool.Schedule(action, state);
        }
    }
}
