namespace WebhookService.Infrastructure.Administration;

/// <summary>A database command failed; the message is one line for the operator.</summary>
internal sealed class DatabaseCommandException(string message, Exception? cause = null) : Exception(message, cause);
