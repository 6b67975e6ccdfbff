namespace WebhookService.Infrastructure.Administration;

/// <summary>A command on the database could not be done; the message is one line for the operator.</summary>
public sealed class DatabaseCommandException(string message, Exception? cause = null) : Exception(message, cause);
