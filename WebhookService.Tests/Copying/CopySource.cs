using WebhookService.Domain;
using WebhookService.Domain.Operations;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Copying;

/// <summary>Fills a database with rows of every kind, as the service writes them.</summary>
internal static class CopySource
{
    /// <summary>Ids of the transactions that are unfinished and wait for no attempt.</summary>
    public static readonly string[] Unfinished = ["claimed", "retried"];

    private static readonly DateTimeOffset Received = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    public static async Task FillAsync(string url)
    {
        await using var instance = (await new StoreFixture(url, []).StartAsync()).WithoutBacklog();
        foreach (var id in new[] { "claimed", "processed", "failed", "dismissed", "waiting", "retried", "pruned", "conflict" })
        {
            await instance.Store.AddAsync(Row(id, 150.50m));
        }

        byte[] body = [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)];
        await instance.Store.AddAsync(
            Row("stripe:1", 0.01m, "stripe"),
            new SourceEvent("stripe", "paid", "evt_1", Received.AddTicks(-10), new EventPayload("application/json", body)));
        await instance.Store.AddAsync(Row("stripe:2", 9_999_999_999_999_999.99m, "stripe"), new SourceEvent("stripe", "paid", null, null, null));
        await instance.Store.CompleteAsync(Completion.Processed("stripe:1", 1, At(instance, 5)));
        await instance.Store.CompleteAsync(Completion.Processed("processed", 1, At(instance, 1)));
        await instance.Store.CompleteAsync(Completion.Processed("pruned", 1, At(instance, 2)));
        foreach (var id in new[] { "failed", "dismissed", "retried" })
        {
            await instance.Store.CompleteAsync(Completion.Failed(
                id, 1, new Attempt(At(instance, 3).StartedAt, TimeSpan.FromMilliseconds(7), AttemptOutcome.Rejected, 422, "nö 東京 😀"), "nö 東京 😀"));
        }

        await instance.Store.RetryAsync([new("retried", 1)]);
        await instance.Store.DismissAsync([new("dismissed", 1)], new Dismissal(Received.AddTicks(90), "ops", "gone – “naïve”"));
        await instance.Store.CompleteAsync(Completion.Again(
            "waiting", 1, new Attempt(At(instance, 4).StartedAt, TimeSpan.Zero, AttemptOutcome.Faulted), instance.Clock.GetUtcNow().AddDays(1)));
        await instance.Store.AddAsync(Row("conflict", 7.00m));
        await instance.Store.AddAsync(Row("conflict", 8.01m));
        await instance.Get<WriteQueue>().Enqueue(new PruneContentRequest([(await instance.Reader.FindAsync("pruned", default))!.Prune()]));
        await instance.Store.QuarantineAsync(new QuarantinedEvent(
            "stripe", [.. body.Take(32)], Received, "The pointer /a finds nothing: \"ü\".", "paid", null, "{\"a\":\"b\"}", new EventPayload(null, body)));
        for (var i = 0; i < 3; i++)
        {
            var sample = new SampleRow { Grain = SampleRow.Fine, At = Received.AddMinutes(i).AddTicks(70), Accepted = i, AcceptP99 = i == 1 ? null : 7 };
            await instance.Get<WriteQueue>().Enqueue(new RecordSampleRequest(sample, new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(1))));
        }

        var audit = instance.Get<IAudit>();
        await audit.RecordAsync(new AuditEntry(Received.AddTicks(70), "ops", AuditActions.Retry, "status=FAILED", 3, "it's “back”"));
        await audit.RecordAsync(new AuditEntry(Received.AddTicks(80), null, AuditActions.Pause, null, 0, null));
    }

    // Accounts of all kinds of characters, and times with all of their digits.
    private static Transaction Row(string id, decimal amount, string? source = null) => Transaction.Receive(
        id, "acc_ü_東京_😀", "O'Brien \\ \"x\" ", amount, "INR", Received.AddTicks(1_234_560 + (10 * id.Length)), source: source);

    private static Attempt At(StoreFixture instance, int seconds) => Attempts.At(instance.Clock.GetUtcNow().AddSeconds(seconds).AddTicks(10));
}
