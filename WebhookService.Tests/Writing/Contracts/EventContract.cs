using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>The events that transactions were mapped from, on every database.</summary>
internal abstract class EventContract : StoreContract
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i ^ (i >> 8)))];

    [Test]
    public async Task Add_StoresTheEvent_WithItsRow()
    {
        var instance = await OpenAsync();

        (await instance.Store.AddAsync(Row("txn", from: "stripe"), Event(body: AllBytes))).Should().Be(AddOutcome.Added);

        var stored = await instance.Reader.FindAsync("txn", CancellationToken.None);
        stored!.Source.Should().Be("stripe");
        stored.Event.Should().Be(new EventDetails("payment_intent.succeeded", "evt_1", At(-5)));
        (await instance.Reader.ListAsync(new TransactionQuery(), CancellationToken.None)).Should().ContainSingle()
            .Which.Should().BeEquivalentTo(stored);
        Same(await FindAsync(instance, "txn"), Event(body: AllBytes));
    }

    [Test]
    public async Task Add_StoresNoEvent_WhenThereIsNone()
    {
        var instance = await OpenAsync();

        await instance.Store.AddAsync(Row("txn"));

        var stored = await instance.Reader.FindAsync("txn", CancellationToken.None);
        (stored!.Source, stored.Event).Should().Be((null, null));
        (await FindAsync(instance, "txn")).Should().BeNull();
        (await FindAsync(instance, "nobody")).Should().BeNull();
    }

    [Test]
    public async Task Add_KeepsTheFirstEvent_WhenTheIdIsKnown()
    {
        var instance = Build();
        var waiting = new[]
        {
            instance.Store.AddAsync(Row("txn", from: "stripe"), Event("evt_1")).AsTask(),
            instance.Store.AddAsync(Row("txn", from: "stripe"), Event("evt_2")).AsTask(),
        };
        await instance.StartAsync();
        (await Task.WhenAll(waiting).Soon()).Should().Equal(AddOutcome.Added, AddOutcome.Duplicate);

        (await instance.Store.AddAsync(Row("txn", from: "stripe"), Event("evt_3"))).Should().Be(AddOutcome.Duplicate);
        (await instance.Store.AddAsync(Row("txn", amount: 7, from: "stripe"), Event("evt_4"))).Should().Be(AddOutcome.Conflict);

        Same(await FindAsync(instance, "txn"), Event("evt_1"));
    }

    // More rows than any writer puts into one statement: with and without an event, a payload, a type, and bytes.
    [Test]
    public async Task Add_GivesEachRowItsOwnEvent_WhenOneCommitHasMany()
    {
        var first = await OpenAsync();
        await first.Store.AddAsync(Row("txn_8"));
        await KillAsync(first);
        var instance = Build();
        SourceEvent?[] sent =
        [
            .. Enumerable.Range(0, 50).Select(i => (i % 5) switch
            {
                0 => null,
                1 => Event($"evt_{i}", [.. Enumerable.Repeat((byte)i, i)]),
                2 => Event($"evt_{i}", []),
                3 => Event($"evt_{i}") with { Payload = null },
                _ => new SourceEvent("other", null, null, null, new EventPayload(null, new byte[] { (byte)i })),
            }),
        ];
        var waiting = sent.Select((received, i) => instance.Store.AddAsync(Row($"txn_{i}", from: received?.Source), received).AsTask()).ToArray();

        await instance.StartAsync();

        (await Task.WhenAll(waiting).Soon()).Count(outcome => outcome == AddOutcome.Added).Should().Be(49);
        for (var i = 0; i < sent.Length; i++)
        {
            Same(await FindAsync(instance, $"txn_{i}"), i == 8 ? null : sent[i]);
        }
    }

    [Test]
    public async Task Add_StoresWhatFits_OfTextsThatNoDatabaseTakes()
    {
        var instance = await OpenAsync();
        var odd = new SourceEvent(
            "stripe", "a\0b\uD800c 'x' \"y\" 💸", new string('z', 199) + "💸", At(1), new EventPayload(new string('t', 201), new byte[] { 1 }));

        (await instance.Store.AddAsync(Row("txn", from: "stripe"), odd)).Should().Be(AddOutcome.Added);

        var stored = await FindAsync(instance, "txn");
        (stored!.Type, stored.Id, stored.Payload!.ContentType).Should().Be(("a\uFFFDb\uFFFDc 'x' \"y\" 💸", new string('z', 199), null));
    }

    [Test]
    public async Task Claim_CarriesTheSource()
    {
        var instance = await OpenAsync();
        await instance.Store.AddAsync(Row("plain", at: At(1)));
        await instance.Store.AddAsync(Row("stripe:1", at: At(2), from: "stripe"), Event());

        var claimed = await instance.Store.ClaimAsync(ClaimPosition.Start, 10);

        claimed.Rows.Select(row => (row.TransactionId, row.Transaction.Source)).Should().Equal(("plain", null), ("stripe:1", "stripe"));
        await instance.Store.CompleteAsync(Completion.Again("stripe:1", claimed.Rows[1].Claim, Attempts.At(At(3), AttemptOutcome.Faulted, "503"), At(4)));
        (await instance.Store.ClaimDueAsync(At(4), 1)).Should().ContainSingle().Which.Transaction.Source.Should().Be("stripe");
    }

    private static Task<SourceEvent?> FindAsync(StoreFixture instance, string id) =>
        instance.Get<IEventReader>().FindEventAsync(id, CancellationToken.None);

    private static void Same(SourceEvent? stored, SourceEvent? sent)
    {
        (stored is null).Should().Be(sent is null);
        if (stored is not null && sent is not null)
        {
            (stored with { Payload = null }).Should().Be(sent with { Payload = null });
            (stored.Payload?.ContentType).Should().Be(sent.Payload?.ContentType);
            (stored.Payload?.Body.ToArray()).Should().Equal(sent.Payload?.Body.ToArray());
        }
    }
}
