namespace WebhookService.Infrastructure.Administration;

/// <summary>What a backup holds.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Transactions">How many transactions are in it.</param>
/// <param name="Size">Its bytes.</param>
public sealed record DatabaseBackup(string File, long Transactions, long Size);
