using System.Diagnostics;

namespace WebhookService.Api.Commands;

/// <summary>Gives precedence to a service on the same machine, whose senders wait.</summary>
internal static class LowPriority
{
    public static void Take()
    {
        using var self = Process.GetCurrentProcess();
        self.PriorityClass = ProcessPriorityClass.BelowNormal;
    }
}
