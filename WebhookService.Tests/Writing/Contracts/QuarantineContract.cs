using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Domain.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Writing.Contracts;

/// <summary>Events that cannot be understood are kept, on every database.</summary>
internal abstract class QuarantineContract : StoreContract
{
    [Test]
    public async Task Quarantine_KeepsTheEvent_WithItsBytes()
    {
        var instance = await OpenAsync();
        var odd = Odd(1, body: [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)]);

        (await instance.Store.QuarantineAsync(odd)).Should().Be(QuarantineOutcome.Quarantined);

        var entry = (await ListAsync(instance)).Should().ContainSingle().Subject;
        entry.Should().Be(new QuarantineEntry(entry.Id, "stripe", At(0), At(0), odd.Reason, odd.Type, "evt_1", 1));
        var stored = await instance.Get<IEventReader>().FindQuarantinedAsync(entry.Id, CancellationToken.None);
        stored!.Key.Should().Equal(odd.Key);
        stored.Payload.Body.ToArray().Should().Equal(odd.Payload.Body.ToArray());
        stored.Should().BeEquivalentTo(odd, options => options.Excluding(it => it.Payload));
        stored.Payload.ContentType.Should().Be("application/json");
        (await CountAsync(instance)).Should().Be(1);
    }

    [Test]
    public async Task Quarantine_KeepsWhatIsEmptyOrOdd()
    {
        var instance = await OpenAsync();
        var odd = new QuarantinedEvent(
            "a-1", new byte[32], At(7), "it's \"no\" \0 💸", null, null, """{"X":"\u00e4 'x'"}""", new EventPayload(null, ReadOnlyMemory<byte>.Empty));

        (await instance.Store.QuarantineAsync(odd)).Should().Be(QuarantineOutcome.Quarantined);

        var id = (await ListAsync(instance)).Single().Id;
        var stored = await instance.Get<IEventReader>().FindQuarantinedAsync(id, CancellationToken.None);
        (stored!.Reason, stored.Type, stored.Headers, stored.Payload.ContentType, stored.Payload.Body.Length)
            .Should().Be(("it's \"no\" \uFFFD 💸", null, odd.Headers, null, 0));
    }

    [Test]
    public async Task Quarantine_CountsARepeat_AndKeepsTheFirst()
    {
        var instance = await OpenAsync();
        await instance.Store.QuarantineAsync(Odd(1, at: 10));

        (await instance.Store.QuarantineAsync(Odd(1, at: 30, body: [9]))).Should().Be(QuarantineOutcome.Repeated);
        (await instance.Store.QuarantineAsync(Odd(1, at: 20))).Should().Be(QuarantineOutcome.Repeated);
        (await instance.Store.QuarantineAsync(Odd(1, source: "adyen"))).Should().Be(QuarantineOutcome.Quarantined, "another source");

        var entry = (await ListAsync(instance, "stripe")).Should().ContainSingle().Subject;
        (entry.Times, entry.ReceivedAt, entry.LastReceivedAt).Should().Be((3, At(10), At(30)));
        var stored = await instance.Get<IEventReader>().FindQuarantinedAsync(entry.Id, CancellationToken.None);
        stored!.Payload.Body.ToArray().Should().Equal(1);
    }

    [Test]
    public async Task Quarantine_DecidesInOrder_WhenOneCommitHasManyAndThereIsLittleRoom()
    {
        var first = await OpenAsync();
        await first.Store.QuarantineAsync(Odd(1));
        await KillAsync(first);
        var instance = Build(("Quarantine:MaxRows", "3"));
        var waiting = new[] { 1, 2, 2, 1, 3, 4, 5, 2, 6 }.Select(i => instance.Store.QuarantineAsync(Odd(i, at: i)).AsTask()).ToArray();

        await instance.StartAsync();

        var outcomes = await Task.WhenAll(waiting).Soon();
        (outcomes[0], outcomes[3]).Should().Be((QuarantineOutcome.Repeated, QuarantineOutcome.Repeated), "a repeat needs no room");
        outcomes.Count(outcome => outcome == QuarantineOutcome.Quarantined).Should().Be(2);
        outcomes.Should().Contain(QuarantineOutcome.Full);
        (await CountAsync(instance)).Should().Be(3);
        (await instance.Store.QuarantineAsync(Odd(7))).Should().Be(QuarantineOutcome.Full);
        (await instance.Store.QuarantineAsync(Odd(1))).Should().Be(QuarantineOutcome.Repeated);
        (await ListAsync(instance)).Single(entry => entry.EventId == "evt_1").Times.Should().Be(4);
        (await instance.Store.AddAsync(Row("txn"))).Should().Be(AddOutcome.Added, "a full quarantine stops nothing else");
    }

    [Test]
    public async Task Quarantine_IsWritten_TogetherWithTransactions()
    {
        var instance = Build();
        var adding = Enumerable.Range(0, 10).Select(i => instance.Store.AddAsync(Row($"txn_{i}")).AsTask()).ToArray();
        var quarantining = Enumerable.Range(0, 10).Select(i => instance.Store.QuarantineAsync(Odd(i)).AsTask()).ToArray();

        await instance.StartAsync();

        (await Task.WhenAll(adding).Soon()).Should().OnlyContain(outcome => outcome == AddOutcome.Added);
        (await Task.WhenAll(quarantining).Soon()).Should().OnlyContain(outcome => outcome == QuarantineOutcome.Quarantined);
    }

    [Test]
    public async Task Quarantine_ReportsThatItCannot_WhenTheStoreIsClosed()
    {
        var instance = await OpenAsync();
        instance.Get<WriteQueue>().Close();

        (await instance.Store.QuarantineAsync(Odd(1))).Should().Be(QuarantineOutcome.Unavailable);
        var remove = async () => await instance.Get<IQuarantine>().RemoveAsync(1);
        await remove.Should().ThrowAsync<StoreUnavailableException>();
    }

    [Test]
    public async Task Remove_RemovesOneEvent_Once()
    {
        var instance = await OpenAsync(("Quarantine:MaxRows", "2"));
        await instance.Store.QuarantineAsync(Odd(1));
        await instance.Store.QuarantineAsync(Odd(2));
        var quarantine = instance.Get<IQuarantine>();
        var newest = (await ListAsync(instance))[0].Id;

        (await quarantine.RemoveAsync(newest)).Should().BeTrue();
        (await quarantine.RemoveAsync(newest)).Should().BeFalse();

        (await ListAsync(instance)).Should().ContainSingle().Which.EventId.Should().Be("evt_1");
        (await instance.Get<IEventReader>().FindQuarantinedAsync(newest, CancellationToken.None)).Should().BeNull();
        (await instance.Store.QuarantineAsync(Odd(3))).Should().Be(QuarantineOutcome.Quarantined, "there is room again");
        (await ListAsync(instance))[0].Id.Should().BeGreaterThan(newest, "no number is reused");
    }

    [Test]
    public async Task List_PagesFromTheNewest_AndOfOneSource()
    {
        var instance = await OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            await instance.Store.QuarantineAsync(Odd(i, source: i % 2 == 0 ? "even" : "odd"));
        }

        var first = await ListAsync(instance, limit: 3);
        var second = await ListAsync(instance, limit: 3, before: first[2].Id);
        var even = await ListAsync(instance, "even", limit: 2);

        first.Select(entry => entry.EventId).Should().Equal("evt_6", "evt_5", "evt_4", "evt_3");
        second.Select(entry => entry.EventId).Should().Equal("evt_3", "evt_2", "evt_1", "evt_0");
        even.Select(entry => entry.EventId).Should().Equal("evt_6", "evt_4", "evt_2");
        (await ListAsync(instance, "even", limit: 2, before: even[1].Id)).Select(entry => entry.EventId).Should().Equal("evt_2", "evt_0");
    }

    private static Task<IReadOnlyList<QuarantineEntry>> ListAsync(
        StoreFixture instance, string? source = null, int limit = 50, long? before = null) =>
        instance.Get<IEventReader>().ListQuarantineAsync(source, before, limit, CancellationToken.None);

    private static Task<long> CountAsync(StoreFixture instance) =>
        instance.Get<IEventReader>().CountQuarantineAsync(null, CancellationToken.None);
}
