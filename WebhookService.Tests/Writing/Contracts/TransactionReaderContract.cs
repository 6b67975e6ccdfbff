using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The guarantees of <see cref="ITransactionReader"/>, on every database.</summary>
internal abstract class TransactionReaderContract : StoreContract
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(2);

    [Test]
    public async Task Find_GivesNull_WhenTheIdIsUnknown()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("txn"));

        (await instance.Reader.FindAsync("TXN", CancellationToken.None)).Should().BeNull();
        (await instance.Reader.FindAsync("txn ", CancellationToken.None)).Should().BeNull();
        (await instance.Reader.FindAsync("txn", CancellationToken.None)).Should().NotBeNull();
    }

    // Each look begins where the previous one ended, since an index may keep an entry for each row that was finished.
    [Test]
    public async Task Count_FindsTheOldestRow_FromWhereItLastFoundIt_AndOneFromBeforeAMinuteLater()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        var minute = TimeSpan.FromMinutes(1);
        await instance.Store.AddAsync(Row("first", at: At(5)));
        await instance.Store.AddAsync(Row("second", at: At(6)));

        (await OldestAsync(instance)).Should().Be(At(5));
        await instance.Store.CompleteAsync(Done("first"));
        (await OldestAsync(instance)).Should().Be(At(6));
        await instance.Store.AddAsync(Row("late", at: At(0) - minute));
        (await OldestAsync(instance)).Should().Be(At(6), "it is older than where the search begins");
        instance.Clock.Advance(minute);
        (await OldestAsync(instance)).Should().Be(At(0) - minute);
        await instance.Store.CompleteAsync(Done("second"));
        await instance.Store.CompleteAsync(Done("late"));
        (await OldestAsync(instance)).Should().BeNull();
        await instance.Store.AddAsync(Row("next", at: instance.Clock.GetUtcNow()));
        (await OldestAsync(instance)).Should().Be(instance.Clock.GetUtcNow());
    }

    [Test]
    public async Task List_DistinguishesAccounts_ToTheLastSpace()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("plain", source: "acc", destination: "acc "));
        await instance.Store.AddAsync(Row("spaced", source: "acc ", destination: "acc"));
        await instance.Store.AddAsync(Row("other_case", source: "ACC", destination: "ÁCC"));

        foreach (var (query, expected) in new[]
        {
            (new TransactionQuery { SourceAccount = "acc" }, "plain"),
            (new TransactionQuery { SourceAccount = "acc " }, "spaced"),
            (new TransactionQuery { DestinationAccount = "acc" }, "spaced"),
            (new TransactionQuery { DestinationAccount = "acc " }, "plain"),
        })
        {
            var rows = await instance.Reader.ListAsync(query, CancellationToken.None);
            rows.Select(row => row.TransactionId).Should().Equal([expected], "{0}", query);
        }
    }

    [Test]
    public async Task List_ComparesAmountsExactly_UpToTheLargest()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("largest", amount: Amount.MaxValue));
        await instance.Store.AddAsync(Row("less", amount: Amount.MaxValue - 0.01m));
        await instance.Store.AddAsync(Row("small", amount: 9m));

        var most = await instance.Reader.ListAsync(new TransactionQuery { AmountMin = Amount.MaxValue }, CancellationToken.None);
        var rest = await instance.Reader.ListAsync(
            new TransactionQuery { AmountMin = 10m, AmountMax = Amount.MaxValue - 0.01m }, CancellationToken.None);

        most.Select(row => row.TransactionId).Should().Equal("largest");
        rest.Select(row => row.TransactionId).Should().Equal("less");
    }

    [Test]
    public async Task Failures_AreGroupedByReasonStatusAndSource_TheLargestFirst()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        foreach (var (id, reason, http, source) in new[]
        {
            ("a", "503 Maintenance", 503, null), ("b", "503 Maintenance", 503, (string?)null), ("c", "503 Maintenance", 503, null),
            ("d", "503 Maintenance", 503, "stripe"), ("e", "400 No", 400, "stripe"), ("f", "400 No", 400, "stripe"),
        })
        {
            await instance.Store.AddAsync(Row(id, at: At(id[0] - 'a'), from: source));
            var attempt = Attempts.At(At(20), AttemptOutcome.Rejected, reason) with { HttpStatus = http };
            await instance.Store.CompleteAsync(Completion.Failed(id, 1, attempt, reason));
        }

        await instance.Store.AddAsync(Row("processed"));
        await instance.Store.CompleteAsync(Done("processed"));

        var groups = await instance.Reader.ListFailuresAsync(10, CancellationToken.None);

        groups.Should().Equal(
            new FailureGroup("503 Maintenance", 503, null, 3, At(0), At(2)),
            new FailureGroup("400 No", 400, "stripe", 2, At(4), At(5)),
            new FailureGroup("503 Maintenance", 503, "stripe", 1, At(3), At(3)));
        (await instance.Reader.ListFailuresAsync(1, CancellationToken.None)).Should().Equal(groups[0]);
        await instance.Store.RetryAsync([new("e", 1), new("f", 1)]);
        (await instance.Reader.ListFailuresAsync(10, CancellationToken.None)).Should().Equal(groups[0], groups[2]);
    }

    [Test]
    public async Task List_IsEmpty_WhenNothingIsStored()
    {
        var instance = await OpenAsync();

        var rows = await instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None);

        rows.Should().BeEmpty();
    }

    [Test]
    public async Task List_GivesOneRowMoreThanThePage_WhenThereAreMore()
    {
        var instance = await OpenAsync();
        await FillAsync(instance, new Random(1), count: 4);

        var more = await instance.Reader.ListAsync(new TransactionQuery { Limit = 3 }, CancellationToken.None);
        var all = await instance.Reader.ListAsync(new TransactionQuery { Limit = 4 }, CancellationToken.None);

        more.Should().HaveCount(4);
        all.Should().HaveCount(4);
    }

    // The model is a list in memory; it has few times and accounts, so that ties and empty results are common.
    [Test]
    public async Task List_AgreesWithTheModel_WhateverTheFilterAndThePage([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var instance = await OpenAsync(("Reads:MaxConcurrentLists", "1"));
        await FillAsync(instance, random, count: 60);
        var model = await instance.Reader.ListAsync(new TransactionQuery { Limit = 200 }, CancellationToken.None);
        model.Should().HaveCount(60).And.OnlyHaveUniqueItems(row => row.TransactionId);

        for (var i = 0; i < 60; i++)
        {
            var query = RandomQuery(random);

            var pages = await ReadToEndAsync(instance, query);

            var expected = Select(model, query).Select(row => row.TransactionId);
            pages.Should().Equal(expected, "of {0}", query);
        }
    }

    [Test]
    public async Task List_SkipsAndRepeatsNothing_WhenRowsArriveBetweenPages()
    {
        var instance = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await instance.Store.AddAsync(Row($"old_{i}", at: At(i / 3)));
        }

        List<string> seen = [];
        TransactionQuery? query = new() { Limit = 3 };
        for (var i = 0; query is not null; i++)
        {
            var page = await instance.Reader.ListAsync(query, CancellationToken.None);
            seen.AddRange(page.Take(query.Limit).Select(row => row.TransactionId));
            query = Next(query, page);
            await instance.Store.AddAsync(Row($"new_{i}", at: At(50)));
        }

        seen.Should().Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"old_{i}"));
    }

    [Test]
    public async Task Instances_IncludeTheOneThatAsks()
    {
        var instance = await OpenAsync();

        var self = (await instance.Reader.ListInstancesAsync(CancellationToken.None)).Should().ContainSingle().Subject;

        self.IsSelf.Should().BeTrue();
        self.IsAlive.Should().BeTrue();
        self.InstanceId.Should().BePositive();
        self.HeartbeatAt.Should().BeOnOrAfter(self.StartedAt);
        (self.ExpiresAt is null || self.ExpiresAt > self.HeartbeatAt).Should().BeTrue();
    }

    [Test]
    public async Task Find_IsUnavailable_WhenItTakesTooLong()
    {
        var instance = await OpenAsync(("Reads:Timeout", $"{ReadTimeout}"));
        await instance.Store.AddAsync(Row("txn"));
        instance.WhenReading = () => instance.Clock.Advance(ReadTimeout);

        var reading = () => instance.Reader.FindAsync("txn", CancellationToken.None);

        await reading.Should().ThrowAsync<StoreUnavailableException>().WithMessage("*longer than 2 s*");
        instance.WhenReading = () => instance.Clock.Advance(ReadTimeout - TimeSpan.FromTicks(1));
        (await reading.Should().NotThrowAsync()).Which.Should().NotBeNull("one tick less is within the limit");
    }

    [Test]
    public async Task Find_SharesQueries_WithThoseThatWait()
    {
        var instance = await OpenAsync(("Reads:MaxConcurrentLookups", "1"));
        for (var i = 0; i < 100; i++)
        {
            await instance.Store.AddAsync(Row($"txn_{i}"));
        }

        var queries = 0;
        using var begun = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        instance.WhenReading = () =>
        {
            queries++;
            begun.Release();
            gate.Wait();
        };

        var first = instance.Reader.FindAsync("txn_0", CancellationToken.None);
        await begun.WaitAsync().Soon();
        var others = Enumerable.Range(1, 99).Select(i => instance.Reader.FindAsync($"txn_{i}", CancellationToken.None)).ToList();
        var again = instance.Reader.FindAsync("txn_50", CancellationToken.None);
        var unknown = instance.Reader.FindAsync("nobody", CancellationToken.None);
        gate.Set();

        (await first.Soon())!.TransactionId.Should().Be("txn_0");
        (await Task.WhenAll(others).Soon()).Select(row => row!.TransactionId)
            .Should().Equal(Enumerable.Range(1, 99).Select(i => $"txn_{i}"));
        (await again.Soon())!.TransactionId.Should().Be("txn_50");
        (await unknown.Soon()).Should().BeNull();
        queries.Should().Be(3, "64 and 37 waited for the first one");
    }

    [Test]
    public async Task Find_IsUnavailable_WhenItWaitedTooLongForItsTurn()
    {
        var instance = await OpenAsync(("Reads:Timeout", $"{ReadTimeout}"), ("Reads:MaxConcurrentLookups", "1"));
        await instance.Store.AddAsync(Row("txn"));
        using var begun = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        instance.WhenReading = () =>
        {
            begun.Release();
            gate.Wait();
        };

        var running = instance.Reader.FindAsync("txn", CancellationToken.None);
        await begun.WaitAsync().Soon();
        var waiting = instance.Reader.FindAsync("txn", CancellationToken.None);
        instance.Clock.Advance(ReadTimeout);
        gate.Set();

        foreach (var find in new[] { running, waiting })
        {
            var wait = () => find.Soon();
            await wait.Should().ThrowAsync<StoreUnavailableException>();
        }

        (await instance.Reader.FindAsync("txn", CancellationToken.None).Soon()).Should().NotBeNull("it waits no longer");
    }

    [Test]
    public async Task List_IsUnavailable_WhenItTakesTooLong()
    {
        var instance = await OpenAsync(("Reads:Timeout", $"{ReadTimeout}"), ("Reads:MaxConcurrentLists", "1"));
        instance.WhenReading = () => instance.Clock.Advance(ReadTimeout);

        var reading = () => instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None);

        await reading.Should().ThrowAsync<StoreUnavailableException>();
        instance.WhenReading = () => { };
        await reading.Should().NotThrowAsync("its slot was released");
    }

    [Test]
    public async Task Reads_AreCancelled_WhenTheCallerGoesAway()
    {
        var instance = await OpenAsync();
        using var caller = new CancellationTokenSource();
        instance.WhenReading = caller.Cancel;

        var finding = () => instance.Reader.FindAsync("txn", caller.Token);
        var listing = () => instance.Reader.ListAsync(new TransactionQuery(), caller.Token);

        await finding.Should().ThrowAsync<OperationCanceledException>();
        await listing.Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task FillAsync(StoreFixture instance, Random random, int count)
    {
        instance.WithoutBacklog();
        for (var i = 0; i < count; i++)
        {
            var (source, destination, currency) = ($"s{random.Next(3)}", $"d{random.Next(3)}", random.Next(2) == 0 ? "INR" : "USD");
            await instance.Store.AddAsync(Row(
                $"txn_{i}", source, destination, 1 + i, currency, At(random.Next(12)), from: random.Next(3) == 0 ? "stripe" : null));
            if (IsConflict(i))
            {
                await instance.Store.AddAsync(Row($"txn_{i}", source, destination, 1 + i + count, currency));
            }

            if (random.Next(3) is var status && status > 0)
            {
                await instance.Store.CompleteAsync(Attempts.Finish(
                    $"txn_{i}", (TransactionStatus)status, At(20), random.Next(2) == 0 ? "503 Maintenance" : "400 Bad request: 100%_x"));
            }
        }
    }

    private static TransactionQuery RandomQuery(Random random) => new()
    {
        Status = random.Next(4) is var status and < 3 ? (TransactionStatus)status : null,
        SourceAccount = random.Next(6) is var source and < 3 ? $"s{source}" : null,
        DestinationAccount = random.Next(8) is var destination and < 4 ? $"d{destination}" : null,
        CreatedFrom = random.Next(2) == 0 ? At(random.Next(-1, 13)) : null,
        CreatedTo = random.Next(2) == 0 ? At(random.Next(-1, 13)) : null,
        Currency = random.Next(4) == 0 ? "USD" : null,
        AmountMin = random.Next(4) == 0 ? random.Next(60) : null,
        AmountMax = random.Next(4) == 0 ? random.Next(60) + 0.99m : null,
        FailureReason = random.Next(6) is var reason and < 3 ? new[] { "Maintenance", "100%_", "100x" }[reason] : null,
        HasConflict = random.Next(6) is var conflict and < 2 ? conflict == 0 : null,
        Source = random.Next(6) is var from and < 2 ? (from == 0 ? "stripe" : SourceEvent.PlainSource) : null,
        Limit = random.Next(1, 12),
    };

    private static bool IsConflict(int number) => number % 5 == 0;

    private static IEnumerable<Transaction> Select(IEnumerable<Transaction> rows, TransactionQuery query) => rows
        .Where(row => query.Status is null || row.Status == query.Status)
        .Where(row => query.SourceAccount is null || row.SourceAccount == query.SourceAccount)
        .Where(row => query.DestinationAccount is null || row.DestinationAccount == query.DestinationAccount)
        .Where(row => query.CreatedFrom is null || row.CreatedAt >= query.CreatedFrom)
        .Where(row => query.CreatedTo is null || row.CreatedAt < query.CreatedTo)
        .Where(row => query.Currency is null || row.Currency == query.Currency)
        .Where(row => query.AmountMin is null || row.Amount >= query.AmountMin)
        .Where(row => query.AmountMax is null || row.Amount <= query.AmountMax)
        .Where(row => query.FailureReason is null || row.FailureReason?.Contains(query.FailureReason, StringComparison.Ordinal) is true)
        .Where(row => query.HasConflict is null || IsConflict(int.Parse(row.TransactionId[4..], CultureInfo.InvariantCulture)) == query.HasConflict)
        .Where(row => query.Source is null || (row.Source ?? SourceEvent.PlainSource) == query.Source)
        .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Sequence);

    private static async Task<List<string>> ReadToEndAsync(StoreFixture instance, TransactionQuery first)
    {
        List<string> ids = [];
        for (var query = (TransactionQuery?)first; query is not null;)
        {
            var page = await instance.Reader.ListAsync(query, CancellationToken.None);
            ids.AddRange(page.Take(query.Limit).Select(row => row.TransactionId));
            query = Next(query, page);
        }

        return ids;
    }

    private static TransactionQuery? Next(TransactionQuery query, IReadOnlyList<Transaction> page) =>
        page.Count <= query.Limit
            ? null
            : query with { After = new PageCursor(page[query.Limit - 1].CreatedAt, page[query.Limit - 1].Sequence) };

    private static async Task<DateTimeOffset?> OldestAsync(StoreFixture instance) =>
        (await instance.Reader.CountAsync(CancellationToken.None)).OldestUnprocessed;
}
