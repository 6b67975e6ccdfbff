using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing;

/// <summary>Requests that arrive while a batch is written can join the same commit.</summary>
[TestFixture]
internal sealed class TopUpTests
{
    private readonly CommitFixture _fixture = new();

    [TearDown]
    public void Stop() => _fixture.Dispose();

    [Test]
    public async Task Add_SharesACommit_WhenItArrivesDuringTheWrite()
    {
        var first = _fixture.Start().AddAsync("first");
        var attempt = await _fixture.Writer.NextAsync();
        var second = _fixture.AddAsync("second");

        attempt.TopUp().Should().BeTrue();
        attempt.TopUp().Should().BeFalse("nothing else has arrived");
        second.IsCompleted.Should().BeFalse("nothing is durable yet");
        attempt.Succeed();

        (await first.Soon()).Should().Be(AddOutcome.Added);
        (await second.Soon()).Should().Be(AddOutcome.Added);
        attempt.Reserved.Should().Equal("first", "second");
        _fixture.Drain().Should().Equal("first", "second");
        _fixture.Writer.Waiting.Should().Be(0, "it was one commit");
    }

    [Test]
    public async Task Commit_TopsUpToNoMoreThanABatch()
    {
        using var small = new CommitFixture(maxBatch: 2);
        small.Start();
        var waiting = new List<Task> { small.AddAsync("a") };
        var first = await small.Writer.NextAsync();
        waiting.AddRange(new[] { "b", "c" }.Select(small.AddAsync));

        first.TopUp().Should().BeTrue();
        first.TopUp().Should().BeFalse("the batch is full");
        first.Succeed();
        var second = await small.Writer.NextAsync();
        second.Succeed();
        await Task.WhenAll(waiting).Soon();

        first.Ids.Should().Equal("a", "b");
        second.Ids.Should().Equal("c");
    }

    [Test]
    public async Task Rejected_RejectsToppedUpRequestsToo()
    {
        var first = _fixture.Start().AddAsync("first");
        var attempt = await _fixture.Writer.NextAsync();
        var second = _fixture.AddAsync("second");
        attempt.TopUp();

        attempt.Fail(CommitFault.Rejected);

        (await first.Soon()).Should().Be(AddOutcome.Unavailable);
        (await second.Soon()).Should().Be(AddOutcome.Unavailable);
        _fixture.FreeCapacity().Should().Be(CommitFixture.Capacity);
    }

    [Test]
    public async Task Deadline_AppliesToToppedUpRequestsToo()
    {
        _ = _fixture.Start().AddAsync("first");
        var attempt = await _fixture.Writer.NextAsync();
        var second = _fixture.AddAsync("second");
        attempt.TopUp();

        _fixture.Clock.Advance(CommitFixture.Deadline);

        (await second.Soon()).Should().Be(AddOutcome.Unavailable);
        attempt.Succeed();
    }
}
