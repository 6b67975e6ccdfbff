using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The history of a row on every database: attempts, waits, retries, conflicts and totals.</summary>
internal abstract class TransactionHistoryContract : StoreContract
{
    [Test]
    public async Task Complete_RecordsTheAttempt_WithAllDetails()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var attempt = new Attempt(
            At(7), TimeSpan.FromMilliseconds(1_234), AttemptOutcome.Rejected, 422, "422 it said \"no\" \\ 💸 'x'");

        await instance.Store.CompleteAsync(Completion.Failed("txn", 1, attempt, "no"));

        var recorded = (await AttemptsAsync(instance, "txn")).Should().ContainSingle().Subject;
        recorded.Number.Should().Be(1);
        recorded.InstanceId.Should().BePositive();
        recorded.Attempt.Should().Be(attempt);
    }

    [Test]
    public async Task Complete_RecordsTheAttemptThatSucceeded_AfterTheOthers()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.CompleteAsync(Again("txn", At(10)));
        await instance.Store.ClaimDueAsync(At(10), 1);
        var attempt = new Attempt(At(7), TimeSpan.FromMilliseconds(1_234), AttemptOutcome.Succeeded, 201);
        var completion = Completion.Processed("txn", 2, attempt);

        await instance.Store.CompleteAsync(completion);

        var recorded = await AttemptsAsync(instance, "txn");
        recorded.Select(one => one.Number).Should().Equal(1, 2);
        recorded[1].Attempt.Should().Be(attempt);
        recorded[1].InstanceId.Should().Be(recorded[0].InstanceId);
        (await instance.Store.CompleteAsync(completion)).Should().Be(TransitionOutcome.Repeated);
    }

    // An earlier version stored it among the others.
    [Test]
    public async Task Attempts_HaveTheOneThatSucceeded_OfAnEarlierVersion()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.CompleteAsync(Again("txn", At(10)));
        await Database.ExecuteAsync("UPDATE attempts SET outcome = 'SUCCEEDED'");
        await Database.ExecuteAsync("UPDATE transactions SET status = 'PROCESSED', processed_at = created_at, next_attempt_at = NULL");

        (await AttemptsAsync(instance, "txn")).Should().ContainSingle()
            .Which.Attempt.Outcome.Should().Be(AttemptOutcome.Succeeded);
    }

    [Test]
    public async Task Complete_KeepsTheNewestAttempts_WhenThereAreTooMany()
    {
        var instance = (await OpenAsync(("Retention:MaxAttempts", "3"))).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        for (var i = 1; i <= 5; i++)
        {
            await instance.Store.CompleteAsync(Again("txn", At(10 * i), claim: i));
            (await instance.Store.ClaimDueAsync(At(10 * i), 10)).Ids().Should().Equal("txn");
        }

        (await AttemptsAsync(instance, "txn")).Select(recorded => recorded.Number).Should().Equal(3, 4, 5);
        (await instance.Reader.FindAsync("txn", CancellationToken.None))!.Attempts.Should().Be(5);
    }

    [Test]
    public async Task Complete_LeavesTheRowToWait_WhenAnotherAttemptFollows()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));

        (await instance.Store.CompleteAsync(Again("txn", At(500)))).Should().Be(TransitionOutcome.Applied);

        var row = await instance.Reader.FindAsync("txn", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Processing);
        row.NextAttemptAt.Should().Be(At(500));
        row.ProcessedAt.Should().BeNull();
        row.FailureReason.Should().BeNull();
        (await instance.ClaimAllAsync()).Should().BeEmpty("it is not due yet");
        (await instance.Store.CompleteAsync(Done("txn"))).Should().Be(TransitionOutcome.Superseded, "it is not claimed");
        (await instance.Reader.ListAsync(new() { Status = TransactionStatus.Processing }, CancellationToken.None))
            .Should().ContainSingle("a waiting row is listed too");
    }

    [Test]
    public async Task ClaimDue_GivesWhatIsDue_TheLongestOverdueFirst_AndOnce()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        foreach (var (id, due) in new[] { ("late", 300), ("early", 100), ("middle", 200) })
        {
            await instance.Store.AddAsync(Row(id));
            await instance.Store.CompleteAsync(Again(id, At(due)));
        }

        (await instance.Store.ClaimDueAsync(At(99), 10)).Ids().Should().BeEmpty();
        (await instance.Store.ClaimDueAsync(At(250), 1)).Ids().Should().Equal("early");
        (await instance.Store.ClaimDueAsync(At(250), 10)).Ids().Should().Equal("middle");
        (await instance.Store.ClaimDueAsync(At(250), 10)).Ids().Should().BeEmpty();
        (await instance.Store.CompleteAsync(Done("middle", claim: 2))).Should().Be(TransitionOutcome.Applied);
        (await instance.Reader.FindAsync("early", CancellationToken.None))!.NextAttemptAt.Should().BeNull();
    }

    [Test]
    public async Task Retry_RetriesFailedRows_AndNoOthers()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        foreach (var id in new[] { "failed", "done", "open" })
        {
            await instance.Store.AddAsync(Row(id));
        }

        await instance.Store.CompleteAsync(Attempts.Finish("failed", TransactionStatus.Failed, At(5)));
        await instance.Store.CompleteAsync(Done("done"));

        (await instance.Store.RetryAsync([new("failed", 1), new("done", 1), new("open", 0), new("nobody", 1)])).Should().Be(1);
        (await instance.Store.RetryAsync([new("failed", 1)])).Should().Be(0, "it is PROCESSING already");

        var row = await instance.Reader.FindAsync("failed", CancellationToken.None);
        row!.Status.Should().Be(TransactionStatus.Processing);
        row.ProcessedAt.Should().BeNull();
        row.FailureReason.Should().BeNull();
        (row.Attempts, row.EarlierAttempts).Should().Be((1, 1), "a retry begins a new round and keeps the history");
        instance.Queue.HasBacklog.Should().BeTrue("recovery has to claim it");
        (await instance.ClaimAllAsync()).Should().Equal("failed");
        (await AttemptsAsync(instance, "failed")).Should().ContainSingle();
    }

    // The answer to a retry was lost; by the time it is sent again, the new round has failed too.
    [Test]
    public async Task Retry_BeginsNoSecondRound_WhenItIsRepeated()
    {
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Failed, At(1)));
        FailedRound[] seen = [new("txn", 1)];
        await instance.Store.RetryAsync(seen);
        var claimed = (await instance.Store.ClaimAsync(ClaimPosition.Start, 1)).Rows.Single();
        await instance.Store.CompleteAsync(Attempts.Finish("txn", TransactionStatus.Failed, At(2), claim: claimed.Claim));

        (await instance.Store.RetryAsync(seen)).Should().Be(0);

        (await instance.Reader.FindAsync("txn", CancellationToken.None))!.Status.Should().Be(TransactionStatus.Failed);
    }

    [Test]
    public async Task Add_RecordsConflicts_EachContentOnce_AndNoMoreThanAreKept()
    {
        var instance = await OpenAsync(("Retention:MaxConflicts", "2"));
        await instance.Store.AddAsync(Row("txn"));
        foreach (var (amount, at) in new[] { (2m, 10), (3m, 20), (2m, 30), (4m, 40) })
        {
            (await instance.Store.AddAsync(Row("txn", amount: amount, source: "it's \"x\" 💸", at: At(at)))).Should().Be(AddOutcome.Conflict);
        }

        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Duplicate);

        (await instance.Reader.FindConflictsAsync("txn", CancellationToken.None)).Should().Equal(
            new RecordedConflict("it's \"x\" 💸", "acc_merchant_456", 2m, "INR", At(10), At(30), 2),
            new RecordedConflict("it's \"x\" 💸", "acc_merchant_456", 3m, "INR", At(20), At(20), 1));
        (await instance.Reader.FindConflictsAsync("nobody", CancellationToken.None)).Should().BeNull();
        (await instance.Reader.CountAsync(CancellationToken.None)).Conflicts.Should().Be(4, "conflicts that are not kept are still counted");
    }

    [Test]
    public async Task Add_KeepsNoMoreConflicts_WhenManyComeInOneBatch()
    {
        var instance = await OpenAsync(("Retention:MaxConflicts", "3"));
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.AddAsync(Row("txn", amount: 1, at: At(1)));

        var outcomes = await Task.WhenAll(
            Enumerable.Range(1, 50).Select(i => instance.Store.AddAsync(Row("txn", amount: i, at: At(i))).AsTask()));

        outcomes.Should().OnlyContain(outcome => outcome == AddOutcome.Conflict);
        (await instance.Reader.FindConflictsAsync("txn", CancellationToken.None))!.Select(conflict => (conflict.Amount, conflict.Times))
            .Should().HaveCount(3).And.Contain((1m, 2), "repetitions of a known conflict are always counted");
        (await instance.Reader.CountAsync(CancellationToken.None)).Conflicts.Should().Be(51);
    }

    [Test]
    public async Task Add_CountsEachConflict_WhenEqualOnesComeInOneBatch()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("txn"));
        await instance.Store.AddAsync(Row("txn", amount: 1));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => instance.Store.AddAsync(Row("txn", amount: 1)).AsTask()));

        (await instance.Reader.FindConflictsAsync("txn", CancellationToken.None))!.Single().Times.Should().Be(51);
    }

    [Test]
    public async Task Count_IsExact_AfterAnyOutcome_AndSurvivesInstances()
    {
        var first = (await OpenAsync()).WithoutBacklog();
        for (var i = 0; i < 10; i++)
        {
            await first.Store.AddAsync(Row($"txn_{i}", at: At(i)));
        }

        await first.Store.CompleteAsync(Done("txn_0"));
        await first.Store.CompleteAsync(Done("txn_0"));
        await first.Store.CompleteAsync(Attempts.Finish("txn_1", TransactionStatus.Failed, At(5)));
        await first.Store.CompleteAsync(Attempts.Finish("txn_2", TransactionStatus.Failed, At(5)));
        await first.Store.CompleteAsync(Again("txn_3", At(900)));
        await first.Store.RetryAsync([new("txn_2", 1)]);
        await first.Store.AddAsync(Row("txn_4", amount: 1));
        await KillAsync(first);
        var second = (await OpenAsync()).WithoutBacklog();
        await second.Store.AddAsync(Row("another", at: At(50)));

        var totals = await second.Reader.CountAsync(CancellationToken.None);

        totals.Should().Be(new StoreTotals(9, 1, 1, 1, 0, 1, At(2)));
    }

    // Random walks on one row, legal steps and illegal ones: the SQL of each transition against the method.
    [Test]
    public async Task Store_MovesARowAsTheStateMachineDoes([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var instance = (await OpenAsync()).WithoutBacklog();
        await instance.Store.AddAsync(Row("txn"));
        var model = (await instance.Reader.FindAsync("txn", CancellationToken.None))!;
        var (claim, isHeld) = (1, true);
        for (var step = 1; step <= 40; step++)
        {
            var action = random.Next(24);
            switch (action)
            {
                case < 9:
                    var completion = CompletionOf(action % 3, claim, At(step));
                    var outcome = await instance.Store.CompleteAsync(completion);
                    outcome.Should().Be(isHeld ? TransitionOutcome.Applied : TransitionOutcome.Superseded, "step {0}", step);
                    if (isHeld)
                    {
                        model.Apply(completion);
                        isHeld = false;
                    }

                    break;
                case < 14:
                    var claimed = model.NextAttemptAt is null
                        ? (await instance.Store.ClaimAsync(ClaimPosition.Start, 1)).Rows
                        : await instance.Store.ClaimDueAsync(At(step), 1);
                    claimed.Should().HaveCount(model.Status == TransactionStatus.Processing && !isHeld ? 1 : 0, "step {0}", step);
                    if (claimed.Count == 1)
                    {
                        model.Claim(++claim).Claim.Should().Be(claimed[0].Claim);
                        isHeld = true;
                    }

                    break;
                case < 19:
                    var retried = await instance.Store.RetryAsync([new("txn", model.Attempts)]);
                    retried.Should().Be(model.CanRetry ? 1 : 0, "step {0}", step);
                    _ = model.CanRetry ? model.Retry() : default;
                    break;
                case < 22:
                    var dismissal = action == 20 ? new Dismissal(At(step), "ops", $"note {step}") : null;
                    var changes = model.Status == TransactionStatus.Failed && (model.Dismissal is null) != (dismissal is null);
                    FailedRound[] round = [new("txn", model.Attempts)];
                    var dismissed = dismissal is null
                        ? await instance.Store.UndismissAsync(round)
                        : await instance.Store.DismissAsync(round, dismissal);
                    dismissed.Should().Be(changes ? 1 : 0, "step {0}", step);
                    _ = changes ? model.Dismiss(dismissal) : default;
                    break;
                default:
                    var isFinal = model is { ProcessedAt: not null, IsPruned: false };
                    PrunedContent prune = new(model.TransactionId, model.Sequence, ContentHash.Of(model));
                    (await instance.Get<WriteQueue>().Enqueue(new PruneContentRequest([prune]))).Should().Be(isFinal ? 1 : 0, "step {0}", step);
                    _ = isFinal ? model.Prune() : default;
                    break;
            }

            (await instance.Reader.FindAsync("txn", CancellationToken.None)).Should().BeEquivalentTo(model, "step {0}", step);
            (await instance.Reader.CountAsync(CancellationToken.None)).Dismissed.Should().Be(model.Dismissal is null ? 0 : 1, "step {0}", step);
        }
    }

    private static Completion CompletionOf(int kind, int claim, DateTimeOffset at) => kind switch
    {
        0 => Completion.Processed("txn", claim, Attempts.At(at)),
        1 => Completion.Failed("txn", claim, Attempts.At(at, AttemptOutcome.Rejected, "400"), "no"),
        _ => Completion.Again("txn", claim, Attempts.At(at, AttemptOutcome.Faulted, "503"), at),
    };

    private static Completion Again(string id, DateTimeOffset next, int claim = 1) =>
        Completion.Again(id, claim, Attempts.At(At(1), AttemptOutcome.Faulted, "503"), next);

    private static async Task<IReadOnlyList<RecordedAttempt>> AttemptsAsync(StoreFixture instance, string id) =>
        (await instance.Reader.FindAttemptsAsync(id, CancellationToken.None))!;
}
