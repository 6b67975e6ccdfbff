namespace WebhookService.Tests.Support.Services;

/// <summary>Always the same number, so that intervals with jitter are known to a test: 0 leaves them whole.</summary>
internal sealed class FixedRandom(double number = 0) : Random
{
    public override double NextDouble() => number;
}
