using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Writing.Requests;

/// <summary>An operator's action to record; the outcome is the number of rows, 1.</summary>
internal sealed class AuditRequest(AuditEntry entry) : WriteRequest<int>
{
    public AuditEntry Entry { get; } = entry;
}
