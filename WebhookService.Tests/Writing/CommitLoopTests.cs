using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Instances;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

[TestFixture]
internal sealed class CommitLoopTests
{
    private readonly CommitFixture _fixture = new();

    [TearDown]
    public void Stop() => _fixture.Dispose();

    [Test]
    public async Task Add_IsAnsweredOnlyAfterItsCommit()
    {
        var waiting = _fixture.Start().AddAsync("txn");
        var attempt = await _fixture.Writer.NextAsync();

        waiting.IsCompleted.Should().BeFalse("nothing is durable yet");
        _fixture.Queue.Depth.Should().Be(0);
        attempt.Succeed();

        (await waiting.Soon()).Should().Be(AddOutcome.Added);
        _fixture.Drain().Should().Equal("txn");
    }

    [Test]
    public async Task Add_SharesACommit_WithWhateverArrivedDuringTheLastOne()
    {
        var waiting = new List<Task> { _fixture.Start().AddAsync("first") };
        var first = await _fixture.Writer.NextAsync();

        waiting.AddRange(new[] { "a", "b", "c" }.Select(_fixture.AddAsync));
        first.Succeed();
        var second = await _fixture.Writer.NextAsync();
        second.Succeed();
        await Task.WhenAll(waiting).Soon();

        first.Ids.Should().Equal("first");
        second.Ids.Should().Equal("a", "b", "c");
    }

    [Test]
    public async Task Add_IsUnavailableAtItsDeadline_WhileTheWriterHangs()
    {
        var hanging = _fixture.Start().AddAsync("hanging");
        var attempt = await _fixture.Writer.NextAsync();
        var queued = _fixture.AddAsync("queued");

        _fixture.Clock.Advance(CommitFixture.Deadline);

        (await hanging.Soon()).Should().Be(AddOutcome.Unavailable);
        (await queued.Soon()).Should().Be(AddOutcome.Unavailable);
        attempt.Succeed();
        var later = _fixture.AddAsync("later");
        var next = await _fixture.Writer.NextAsync();
        next.Succeed();
        (await later.Soon()).Should().Be(AddOutcome.Added);
        next.Ids.Should().Equal(["later"], "a request that timed out before its turn is not written");
        _fixture.Drain().Should().Equal(["hanging", "later"], "every written row is processed, answered or not");
    }

    [Test]
    public async Task Busy_KeepsTheBatchAndDropsTheLate()
    {
        var late = _fixture.Start().AddAsync("late");
        var first = await _fixture.Writer.NextAsync();
        _fixture.Clock.Advance(CommitFixture.Deadline / 2);
        var inTime = _fixture.AddAsync("in_time");
        first.Fail(CommitFault.Busy);
        var second = await _fixture.Writer.NextAsync();
        _fixture.Clock.Advance(CommitFixture.Deadline / 2);

        (await late.Soon()).Should().Be(AddOutcome.Unavailable);
        second.Fail(CommitFault.Busy);
        var third = await _fixture.Writer.NextAsync();
        third.Succeed();

        (await inTime.Soon()).Should().Be(AddOutcome.Added);
        second.Ids.Should().Equal("late", "in_time");
        third.Ids.Should().Equal("in_time");
        third.Reserved.Should().Equal("in_time");
        _fixture.Drain().Should().Equal("in_time");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
    }

    [Test]
    public async Task Busy_RefusesTheBatch_WhenTheServiceStops()
    {
        var waiting = _fixture.Start().Store.CompleteAsync(Done("txn")).AsTask();
        var attempt = await _fixture.Writer.NextAsync();

        _fixture.Lifetime.StopApplication();
        attempt.Fail(CommitFault.Busy);

        var wait = () => waiting.Soon();
        await wait.Should().ThrowAsync<StoreUnavailableException>().WithMessage("It is Busy.");
    }

    [Test]
    public async Task Log_SaysOnceHowLongTheDatabaseWasAway()
    {
        var first = _fixture.Start().AddAsync("first");
        (await _fixture.Writer.NextAsync()).Fail(CommitFault.Rejected);
        await first.Soon();
        _fixture.Clock.Advance(TimeSpan.FromSeconds(12.3));
        var second = _fixture.AddAsync("second");
        (await _fixture.Writer.NextAsync()).Fail(CommitFault.Rejected);
        await second.Soon();
        _fixture.Clock.Advance(TimeSpan.FromSeconds(10));

        foreach (var id in new[] { "third", "fourth" })
        {
            var adding = _fixture.AddAsync(id);
            (await _fixture.Writer.NextAsync()).Succeed();
            await adding.Soon();
        }

        _fixture.Logs.Text.Split('\n').Count(line => line.Contains("succeed again", StringComparison.Ordinal)).Should().Be(1);
        _fixture.Logs.Text.Should().Contain("Information Commits succeed again; the database was away for 22.3 s.");
    }

    [Test]
    public async Task Row_IsRefusedAlone_WhenTheDatabaseRefusesNothingElse()
    {
        var adds = new[] { "a", "b", "refused", "c" }.Select(_fixture.AddAsync).ToArray();
        _fixture.Start();
        var tried = new List<string>();
        for (var wasRefusedAlone = false; !wasRefusedAlone || tried.Count < 5;)
        {
            var attempt = await _fixture.Writer.NextAsync();
            string[] ids = [.. attempt.Ids];
            tried.Add(string.Join(' ', ids));
            wasRefusedAlone |= ids is ["refused"];
            if (ids.Contains("refused"))
            {
                attempt.Fail(CommitFault.Row);
            }
            else
            {
                attempt.Succeed();
            }
        }

        tried.Should().Equal("a b refused c", "a b", "refused c", "refused", "c");
        (await Task.WhenAll(adds).Soon()).Should().Equal(
            AddOutcome.Added, AddOutcome.Added, AddOutcome.Unavailable, AddOutcome.Added);
        _fixture.Drain().Should().Equal("a", "b", "c");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity, "the reservation of the rejected row was returned");
    }

    [Test]
    public async Task Fatal_InAHalf_EndsTheOtherHalfToo()
    {
        var adds = new[] { "a", "b" }.Select(_fixture.AddAsync).ToArray();
        _fixture.Start();
        (await _fixture.Writer.NextAsync()).Fail(CommitFault.Row);

        (await _fixture.Writer.NextAsync()).Fail(CommitFault.Fatal);

        (await Task.WhenAll(adds).Soon()).Should().OnlyContain(outcome => outcome == AddOutcome.Unavailable);
        await Eventually.HoldsAsync(
            () => _fixture.Lifetime.ApplicationStopping.IsCancellationRequested, "the service stops, after it has answered");
    }

    [Test]
    public async Task Held_KeepsTheNewClaim_WhenAnEarlierCompletionIsRepeated()
    {
        _fixture.Held.Add(Claims.Of("txn", 2));
        var completing = _fixture.Store.CompleteAsync(Done("txn")).AsTask();
        var attempt = await _fixture.Start().Writer.NextAsync();
        attempt.Others.OfType<CompleteRequest>().Single().Outcome = TransitionOutcome.Repeated;

        attempt.Succeed();

        (await completing.Soon()).Should().Be(TransitionOutcome.Repeated);
        _fixture.Held.Contains(new("txn", 2)).Should().BeTrue();
    }

    // On a server, a batch completes before it claims, whatever the order of arrival.
    [Test]
    public async Task Held_HasTheNewClaim_WhenOneBatchCompletesAndClaimsTheRow()
    {
        _fixture.Held.Add(Claims.Of("txn", 1));
        var claiming = _fixture.Store.ClaimDueAsync(ObservableTimeProvider.Origin, 1).AsTask();
        var completing = _fixture.Store.CompleteAsync(Done("txn")).AsTask();
        var attempt = await _fixture.Start().Writer.NextAsync();
        attempt.Others.OfType<ClaimDueRequest>().Single().Outcome = [Claims.Of("txn", 2)];

        attempt.Succeed();

        await Task.WhenAll(claiming, completing).Soon();
        _fixture.Held.Contains(new("txn", 2)).Should().BeTrue();
    }

    [Test]
    public async Task Unknown_RejectsTheBatch_AndNotesOrphans()
    {
        var add = _fixture.AddAsync("txn");
        var attempt = await _fixture.Start().Writer.NextAsync();

        attempt.Fail(CommitFault.Unknown);

        (await add.Soon()).Should().Be(AddOutcome.Unavailable);
        _fixture.Held.Orphanings.Should().Be(1);
        _fixture.Held.Contains(new("txn", 1)).Should().BeFalse("no process has the row in memory, if it was written");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
    }

    // A list of the exceptions that a driver can throw is never complete, and on this thread one would end the process.
    [Test]
    public async Task Unexpected_IsUnknown_AndIsLoggedOnceWithItsDetails()
    {
        var add = _fixture.AddAsync("txn");
        var attempt = await _fixture.Start().Writer.NextAsync();
        attempt.Fail(new NotFiniteNumberException("An unexpected exception."));
        (await add.Soon()).Should().Be(AddOutcome.Unavailable);
        var again = _fixture.AddAsync("again");
        (await _fixture.Writer.NextAsync()).Fail(new NotFiniteNumberException("An unexpected exception."));

        (await again.Soon()).Should().Be(AddOutcome.Unavailable);
        _fixture.Held.Orphanings.Should().Be(2, "both batches may have been written");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
        _fixture.Logs.Text.Split($"{typeof(NotFiniteNumberException)}: An unexpected exception.").Should().HaveCount(2, "it is logged once");
        await AcceptsAgainAsync();
    }

    [Test]
    public async Task Orphans_AreReleased_ExceptThoseInMemory()
    {
        _fixture.Start();
        var add = _fixture.AddAsync("held");
        (await _fixture.Writer.NextAsync()).Succeed();
        await add.Soon();
        var orphans = new ReleaseOrphansRequest([new("held", 1), new("orphan", 1)]);
        var releasing = _fixture.Writes.Enqueue(orphans);

        (await _fixture.Writer.NextAsync()).Succeed();

        await releasing.Soon();
        orphans.Claims.Should().Equal(new OrphanedClaim("orphan", 1));
    }

    [Test]
    public async Task RefuseAll_AnswersEverybody_WhenTheStoreWasNeverOpened()
    {
        var before = _fixture.AddAsync("before");
        var claim = _fixture.Store.ClaimAsync(ClaimPosition.Start, 1).AsTask();

        _fixture.RejectAll();

        (await before.Soon()).Should().Be(AddOutcome.Unavailable);
        (await _fixture.AddAsync("after").Soon()).Should().Be(AddOutcome.Unavailable);
        var wait = () => claim.Soon();
        await wait.Should().ThrowAsync<StoreUnavailableException>();
    }

    [Test]
    public async Task Rejected_RejectsTheBatchAndReleasesItsCapacity()
    {
        var add = _fixture.AddAsync("txn");
        var complete = _fixture.Store.CompleteAsync(Done("other")).AsTask();
        var probe = _fixture.Store.ProbeAsync().AsTask();
        var attempt = await _fixture.Start().Writer.NextAsync();
        attempt.Reserved.Should().Equal("txn");

        attempt.Fail(CommitFault.Rejected);

        (await add.Soon()).Should().Be(AddOutcome.Unavailable);
        (await probe.Soon()).Should().Be(new StoreHealth(false, "It is Rejected."));
        var wait = () => complete.Soon();
        await wait.Should().ThrowAsync<StoreUnavailableException>().WithMessage("It is Rejected.");
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
        _fixture.Queue.Depth.Should().Be(0);
        await AcceptsAgainAsync();
    }

    [Test]
    [NonParallelizable]
    public async Task Fatal_RefusesEverythingAndStopsTheServiceWithAnError()
    {
        var exitCode = Environment.ExitCode;
        try
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = _fixture.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            var hit = _fixture.Start().AddAsync("hit");
            var attempt = await _fixture.Writer.NextAsync();
            var queued = _fixture.AddAsync("queued");

            attempt.Fail(CommitFault.Fatal);

            (await hit.Soon()).Should().Be(AddOutcome.Unavailable);
            (await queued.Soon()).Should().Be(AddOutcome.Unavailable);
            await stopping.Task.Soon();
            Environment.ExitCode.Should().Be(1);
            (await _fixture.AddAsync("later").Soon()).Should().Be(AddOutcome.Unavailable);
            (await _fixture.Store.ProbeAsync().Soon()).Should().Be(new StoreHealth(false, "It is Fatal."));
            _fixture.Writer.Waiting.Should().Be(0, "nothing is written to the disk again");
            _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
        }
        finally
        {
            Environment.ExitCode = exitCode;
        }
    }

    [Test]
    public async Task Add_ReservesNoMoreThanTheCapacity()
    {
        var waiting = Enumerable.Range(0, 6).Select(i => _fixture.AddAsync($"txn_{i}")).ToArray();
        var attempt = await _fixture.Start().Writer.NextAsync();
        attempt.Succeed();
        await Task.WhenAll(waiting).Soon();

        attempt.Reserved.Should().Equal("txn_0", "txn_1", "txn_2", "txn_3");
        _fixture.Drain().Should().Equal("txn_0", "txn_1", "txn_2", "txn_3");
        _fixture.Queue.TryReserve().Should().BeFalse("two rows wait in the database, and new rows queue behind them");
        await _fixture.Queue.WaitForRoomAsync(CancellationToken.None).Soon();
    }

    [Test]
    public async Task Stop_WritesWhatIsQueuedAndThenRefuses()
    {
        var first = _fixture.Start().AddAsync("first");
        var attempt = await _fixture.Writer.NextAsync();
        var second = _fixture.AddAsync("second");

        var stop = Task.Run(_fixture.Stop);
        attempt.Succeed();
        (await _fixture.Writer.NextAsync()).Succeed();
        await stop.Soon();

        (await first.Soon()).Should().Be(AddOutcome.Added);
        (await second.Soon()).Should().Be(AddOutcome.Added);
        (await _fixture.AddAsync("third").Soon()).Should().Be(AddOutcome.Unavailable);
        _fixture.Writer.IsOpen.Should().BeFalse();
    }

    private static Completion Done(string id) =>
        Attempts.Finish(id, TransactionStatus.Processed, ObservableTimeProvider.Origin);

    private async Task AcceptsAgainAsync()
    {
        var again = _fixture.AddAsync("txn");
        (await _fixture.Writer.NextAsync()).Succeed();
        (await again.Soon()).Should().Be(AddOutcome.Added);
        await Patience.UntilAsync(() => _fixture.Writes.LastFault is null);
    }
}
