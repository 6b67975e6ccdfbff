using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The guarantees of <see cref="ITransactionIntake"/> for adds and probes, on every database.</summary>
internal abstract class TransactionStoreContract : StoreContract
{
    private static readonly Transaction[] Contents =
    [
        Row("a", "s", "d", 0.01m, "USD", DateTimeOffset.UnixEpoch),
        Row(new string('z', 64), amount: 9_999_999_999_999_999.99m, at: At(1)),
        Row("A-Z_0.9:x", amount: 150.5m, at: At(999_999)),
        Row("unicode", "Ünïcödé Ω 口座", "שלום 💸"),
        Row("longest", string.Concat(Enumerable.Repeat("💸", 64)), new string('ÿ', 64)),
        Row("quotes", "O'Brien \"; DROP TABLE transactions; --", "  spaces kept  "),
        Row("late", at: new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_990)),
        Row("east", at: new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(5.5))),
    ];

    private static readonly TestCaseData<Transaction>[] Differences =
    [
        new(Row("txn", source: "acc_other")) { TestName = "source" },
        new(Row("txn", source: "ACC_USER_789")) { TestName = "case of source" },
        new(Row("txn", source: "acc_user_789 ")) { TestName = "space after source" },
        new(Row("txn", destination: "acc_other")) { TestName = "destination" },
        new(Row("txn", amount: 150.51m)) { TestName = "amount" },
        new(Row("txn", currency: "USD")) { TestName = "currency" },
    ];

    [Test]
    public async Task Add_AnswersDuplicate_WhenContentIsTheSame()
    {
        var instance = await OpenAsync();

        var first = await instance.Store.AddAsync(Row("txn", amount: 150.5m, currency: "inr"));
        var second = await instance.Store.AddAsync(Row("txn", amount: 150.50m, at: At(77)));

        first.Should().Be(AddOutcome.Added);
        second.Should().Be(AddOutcome.Duplicate);
        var stored = await instance.Reader.FindAsync("txn", CancellationToken.None);
        stored!.CreatedAt.Should().Be(At(0), "the first row is unchanged");
    }

    [TestCaseSource(nameof(Differences))]
    public async Task Add_AnswersConflictAndKeepsTheFirst_WhenContentDiffers(Transaction other)
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("txn"));

        var outcome = await instance.Store.AddAsync(other);

        outcome.Should().Be(AddOutcome.Conflict);
        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Duplicate);
    }

    [Test]
    public async Task Add_DistinguishesIds_WhenOnlyTheirCaseDiffers()
    {
        var instance = await OpenAsync();

        var outcomes = new[]
        {
            await instance.Store.AddAsync(Row("txn_A")),
            await instance.Store.AddAsync(Row("txn_a")),
            await instance.Store.AddAsync(Row("TXN_A")),
        };

        outcomes.Should().AllBeEquivalentTo(AddOutcome.Added);
        (await instance.Reader.FindAsync("txn_a", CancellationToken.None))!.TransactionId.Should().Be("txn_a");
    }

    [Test]
    public async Task Add_DecidesInOrder_WhenOneCommitHoldsAnIdSeveralTimes()
    {
        var instance = Build();
        var waiting = new[] { Row("x"), Row("y"), Row("x"), Row("x", amount: 1), Row("y", amount: 2), Row("y") }
            .Select(row => instance.Store.AddAsync(row).AsTask()).ToArray();

        await instance.StartAsync();

        (await Task.WhenAll(waiting).Soon()).Should().Equal(
            AddOutcome.Added, AddOutcome.Added, AddOutcome.Duplicate,
            AddOutcome.Conflict, AddOutcome.Conflict, AddOutcome.Duplicate);
    }

    // More rows than any writer puts into one statement, with repeats within and across statements.
    [Test]
    public async Task Add_AnswersEachRow_WhenOneCommitMixesNewRowsAndRepeats()
    {
        var first = await OpenAsync();
        await first.Store.AddAsync(Row("old_2"));
        await first.Store.AddAsync(Row("old_11"));
        await KillAsync(first);
        var second = Build();
        var sent = Enumerable.Range(0, 30).Select<int, (Transaction Row, AddOutcome Expected)>(i => i switch
        {
            2 or 11 => (Row($"old_{i}", at: At(i)), AddOutcome.Duplicate),
            12 => (Row("old_11", amount: 9), AddOutcome.Conflict),
            6 or 20 => (Row("new_5", at: At(i)), AddOutcome.Duplicate),
            7 or 21 => (Row("new_5", amount: 8), AddOutcome.Conflict),
            _ => (Row($"new_{i}", at: At(i)), AddOutcome.Added),
        }).ToArray();
        var waiting = sent.Select(one => second.Store.AddAsync(one.Row).AsTask()).ToArray();

        await second.StartAsync();

        (await Task.WhenAll(waiting).Soon()).Should().Equal(sent.Select(one => one.Expected));
        var listed = await second.Reader.ListAsync(new TransactionQuery { Limit = 200 }, CancellationToken.None);
        listed.Should().HaveCount(2 + sent.Count(one => one.Expected == AddOutcome.Added));
        listed.Should().OnlyHaveUniqueItems(row => row.Sequence).And.OnlyContain(row => row.Amount == 150.50m);
        (await second.ClaimAllAsync()).Should().HaveSameCount(listed);
    }

    [Test]
    public async Task Add_AddsOneRowForEachId_WhenManySendAtOnce()
    {
        const int Ids = 50;
        const int Senders = 12;
        var instance = await OpenAsync(("Intake:MaxBatch", "7"));

        var sent = await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var answers = new (string Id, decimal Amount, AddOutcome Outcome)[Ids];
            for (var i = 0; i < Ids; i++)
            {
                var row = Row($"txn_{(i + (sender * 5)) % Ids}", amount: 1 + (sender % 3));
                answers[i] = (row.TransactionId, row.Amount, await instance.Store.AddAsync(row));
            }

            return answers;
        }))).Soon();

        foreach (var id in sent.SelectMany(answers => answers).GroupBy(answer => answer.Id))
        {
            var added = id.Should().ContainSingle(answer => answer.Outcome == AddOutcome.Added, id.Key).Subject;
            id.Where(answer => answer.Amount == added.Amount && answer != added)
                .Should().HaveCount((Senders / 3) - 1).And.OnlyContain(answer => answer.Outcome == AddOutcome.Duplicate);
            id.Where(answer => answer.Amount != added.Amount)
                .Should().HaveCount(Senders * 2 / 3).And.OnlyContain(answer => answer.Outcome == AddOutcome.Conflict);
            var stored = await instance.Reader.FindAsync(id.Key, CancellationToken.None);
            stored!.Amount.Should().Be(added.Amount);
        }
    }

    [TestCaseSource(nameof(Contents))]
    public async Task Add_KeepsEveryFieldExactly(Transaction sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        var instance = await OpenAsync();

        await instance.Store.AddAsync(sent);

        var stored = await instance.Reader.FindAsync(sent.TransactionId, CancellationToken.None);
        stored.Should().BeEquivalentTo(sent, options => options.Excluding(row => row.Sequence));
        stored!.Sequence.Should().BePositive();
        stored.CreatedAt.Offset.Should().Be(TimeSpan.Zero);
        stored.Amount.Scale.Should().Be(2);
        (await instance.Store.AddAsync(sent)).Should().Be(AddOutcome.Duplicate);
    }

    [Test]
    public async Task Add_AnswersDuplicate_WhenAnEarlierInstanceStoredTheRow([Values] bool isFinal)
    {
        var first = (await OpenAsync()).WithoutBacklog();
        await first.Store.AddAsync(Row("txn"));
        if (isFinal)
        {
            await first.Store.CompleteAsync(Done("txn"));
        }

        await KillAsync(first);
        var second = (await OpenAsync()).WithoutBacklog();
        var outcome = await second.Store.AddAsync(Row("txn"));

        outcome.Should().Be(AddOutcome.Duplicate);
        second.Queue.Depth.Should().Be(0, "no transaction is processed again");
    }

    [Test]
    public async Task Probe_IsHealthy_WhenTheStoreTakesAWrite()
    {
        var instance = await OpenAsync();

        var health = await instance.Store.ProbeAsync();

        health.Should().Be(StoreHealth.Healthy);
    }

    [Test]
    public async Task Probe_SaysWhy_WhenTheStoreIsClosed()
    {
        var instance = await OpenAsync();
        instance.Get<CommitLoop>().Stop();

        var health = await instance.Store.ProbeAsync();
        var outcome = await instance.Store.AddAsync(Row("txn"));

        health.IsHealthy.Should().BeFalse();
        health.Reason.Should().NotBeNullOrWhiteSpace();
        outcome.Should().Be(AddOutcome.Unavailable);
    }
}
