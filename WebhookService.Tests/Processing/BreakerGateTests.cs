using FluentAssertions;
using NUnit.Framework;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

internal sealed class BreakerGateTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly ObservableTimeProvider _clock = new();
    private BreakerGate _gate = null!;

    [SetUp]
    public void Create() => _gate = new BreakerGate(_clock);

    [TearDown]
    public void Dispose() => _gate.Dispose();

    [Test]
    public void Wait_IsOver_WhenNothingHappened() => Wait().IsCompleted.Should().BeTrue();

    [Test]
    public async Task Wait_AdmitsOneCallAfterTheBreak_AndTheRestWhenItSucceeded()
    {
        _gate.Open(Break);
        var waits = Enumerable.Range(0, 3).Select(_ => Wait()).ToArray();

        _clock.Advance(Break);
        waits.Should().OnlyContain(wait => !wait.IsCompleted);
        _clock.Advance(Moment);
        await waits[0].Soon();
        waits[1].IsCompleted.Should().BeFalse();
        _gate.Close();

        await Task.WhenAll(waits).Soon();
        Wait().IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task Wait_Continues_WhenTheTrialCallFailed()
    {
        _gate.Open(Break);
        var waits = Enumerable.Range(0, 2).Select(_ => Wait()).ToArray();
        _clock.Advance(Break + Moment);
        await waits[0].Soon();

        _gate.Open(Break);
        _clock.Advance(Break);

        waits[1].IsCompleted.Should().BeFalse();
        _clock.Advance(Moment);
        await waits[1].Soon();
    }

    [Test]
    public void Wait_LetsTheNextCallTry_WhenNoneWaited()
    {
        _gate.Open(Break);
        _clock.Advance(Break + Moment);

        Wait().IsCompleted.Should().BeTrue();
        Wait().IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task Wait_LetsAnotherCallTry_WhenTheFirstNeverDid()
    {
        _gate.Open(Break);
        var waits = Enumerable.Range(0, 2).Select(_ => Wait()).ToArray();
        _clock.Advance(Break + Moment);
        await waits[0].Soon();

        _gate.Refused(Break);
        _clock.Advance(Break + Moment);

        await waits[1].Soon();
    }

    private Task Wait() => _gate.WaitAsync(CancellationToken.None);
}
