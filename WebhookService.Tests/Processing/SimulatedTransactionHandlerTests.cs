using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain.Handling;
using WebhookService.Infrastructure.ExternalApi;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Processing;

internal sealed class SimulatedTransactionHandlerTests
{
    [Test]
    public async Task Call_IsCutOff_WhenItBeginsAfterTheStop()
    {
        using var api = new SimulatedTransactionHandler(TimeSpan.FromSeconds(30), new ObservableTimeProvider());
        using var stop = new CancellationTokenSource();
        var before = CallAsync(api, stop.Token);
        await stop.CancelAsync();

        var after = CallAsync(api, stop.Token);

        foreach (var call in new[] { before, after })
        {
            var wait = () => call.Soon();
            await wait.Should().ThrowAsync<OperationCanceledException>();
        }
    }

    private static Task<HandlerResult> CallAsync(SimulatedTransactionHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(new TransactionHandlerContext(Claims.Of("txn").Transaction), cancellationToken).AsTask();
}
