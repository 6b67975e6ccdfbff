using FluentAssertions;
using WebhookService.Tests.Support.Databases;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Support;

/// <summary>Creates databases with finished transactions.</summary>
internal static class Processed
{
    /// <summary>Processes one transaction with a service that then stops.</summary>
    public static async Task OneAsync(TempDirectory directory, string id)
    {
        await using var service = await ServiceProcess.StartReadyAsync(directory, ("Processing__Delay", "00:00:00"));
        using var response = await service.Client.PostAsync(WebhookApp.Webhooks, WebhookApp.Json(Payment.Json(id)));
        await Eventually.HoldsAsync(() => DatabaseFile.Count(directory, "status = 'PROCESSED'") == 1, "it is processed");
        (await service.TerminateAsync()).Should().Be(0);
    }
}
