using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.PostgreSql;

namespace WebhookService.Tests.Reading;

[NonParallelizable]
internal sealed class SpareThreadsTests
{
    [Test]
    public void KeepUntilEnd_GivesEachQueryOneThread_UpToTheConnectionsThatRunQueries()
    {
        var options = new DatabaseOptions { MaxReadConnections = 2 };
        using var database = new PostgreSqlDatabase(
            DatabaseTarget.Parse("postgresql://nobody@localhost/nothing"),
            null!,
            Options.Create(options),
            Options.Create(new InstanceOptions()),
            new StoreLimits(new RetentionOptions(), new QuarantineOptions()),
            null!,
            TimeProvider.System);
        var threads = new SpareThreads(database);
        var queries = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToArray();
        var before = MinThreads();
        List<int> kept = [];

        foreach (var query in queries)
        {
            threads.KeepUntilEnd(query.Task);
            kept.Add(MinThreads() - before);
        }

        foreach (var query in queries)
        {
            query.SetResult();
            kept.Add(MinThreads() - before);
        }

        threads.KeepUntilEnd(Task.CompletedTask);
        kept.Add(MinThreads() - before);
        kept.Should().Equal(1, 2, 2, 2, 1, 0, 0);
    }

    private static int MinThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out _);
        return workers;
    }
}
