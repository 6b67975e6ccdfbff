using System.Data.Common;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>One statement of a round trip, and its parameters.</summary>
internal readonly record struct ServerStatement(string Sql, params DbParameter[] Parameters);
