using WebhookService.Domain;

namespace WebhookService.Infrastructure.Persistence.Inbox;

/// <summary>What waits in the inbox, and where.</summary>
internal sealed record InboxRow(long Sequence, Transaction Transaction);
