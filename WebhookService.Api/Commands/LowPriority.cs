using System.Diagnostics;

namespace WebhookService.Api.Commands;

/// <summary>Lets a service on the same machine go first, whose senders wait.</summary>
internal static class LowPriority
{
    public static void Take()
    {
        using var self = Process.GetCurrentProcess();
        self.PriorityClass = ProcessPriorityClass.BelowNormal;
    }
}
