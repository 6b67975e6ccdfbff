namespace WebhookService.Infrastructure.Administration;

/// <summary>The result of a backup.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Transactions">Number of transactions in it.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record DatabaseBackup(string File, long Transactions, long Size);
