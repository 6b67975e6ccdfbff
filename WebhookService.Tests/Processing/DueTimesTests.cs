using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

/// <summary>Transactions that wait for their next attempt are claimed when it is due.</summary>
internal sealed class DueTimesTests : RecoveryFixture
{
    [Test]
    public async Task Sweep_QueuesDueRows()
    {
        await StartAsync();
        await IdleAsync();
        Store.AddDue("due", ObservableTimeProvider.Origin + Sweep);
        Store.AddDue("later", ObservableTimeProvider.Origin + Sweep + Sweep);

        Clock.Advance(Sweep);

        (await ReadAsync(1)).Should().Equal("due");
    }

    [Test]
    public async Task Recovery_ComesWhenAnAttemptIsDue_AndNotOnlyWithTheSweep()
    {
        await StartAsync();
        await IdleAsync();
        using var due = new DueTimes(Queue, Clock);
        foreach (var seconds in new[] { 3, 1, 2 })
        {
            Store.AddDue($"after_{seconds}", ObservableTimeProvider.Origin.AddSeconds(seconds));
            due.Note(ObservableTimeProvider.Origin.AddSeconds(seconds));
        }

        for (var seconds = 1; seconds <= 3; seconds++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Clock.Advance(TimeSpan.FromMilliseconds(101));
            (await ReadAsync(1)).Should().Equal($"after_{seconds}");
        }
    }
}
